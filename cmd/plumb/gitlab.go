package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// gitLab is a merge request of GitLab.
type gitLab struct {
	*api
	request      string // path of the merge request in the interface
	merged, head string // the commit of the job, and what it is a merge of; "" when it is none
}

// openGitLab finds the merge request of a job, or says why there is none to comment on.
func openGitLab(number int, env map[string]string) (forge, string, error) {
	token := env["GITLAB_TOKEN"]
	if token == "" {
		return nil, "there is no token (GITLAB_TOKEN; that of the job may not write notes)", nil
	}
	request := env["CI_MERGE_REQUEST_IID"]
	if number != 0 {
		request = strconv.Itoa(number)
	}
	if request == "" {
		return nil, "the job is not one of a merge request", nil
	}
	if env["CI_PROJECT_ID"] == "" {
		return nil, "", &problem{where: "CI_PROJECT_ID", what: "does not name a project", hint: "CI_PROJECT_ID=NUMBER, or GROUP/NAME"}
	}
	a, err := newAPI(cmp.Or(env["CI_API_V4_URL"], "https://gitlab.com/api/v4"), http.Header{"Private-Token": {token}})
	return &gitLab{a, fmt.Sprintf("/projects/%s/merge_requests/%s", url.PathEscape(env["CI_PROJECT_ID"]), url.PathEscape(request)), env["CI_COMMIT_SHA"], env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"]}, "", err
}

func (g *gitLab) judged(commit string) string {
	if commit == g.merged && g.head != "" {
		return g.head
	}
	return commit
}

func (g *gitLab) newest(ctx context.Context) (string, error) {
	var request struct {
		SHA string `json:"sha"`
	}
	_, err := g.call(ctx, http.MethodGet, g.request, nil, &request)
	return request.SHA, err
}

func (g *gitLab) ours(ctx context.Context) ([]posted, error) {
	var me struct {
		ID int64 `json:"id"`
	}
	if _, err := g.call(ctx, http.MethodGet, "/user", nil, &me); err != nil {
		return nil, err
	}
	type note struct {
		ID     int64  `json:"id"`
		Body   string `json:"body"`
		System bool   `json:"system"`
		Author struct {
			ID int64 `json:"id"`
		} `json:"author"`
	}
	list, err := pages[note](ctx, g.api, g.request+"/notes?per_page=100&sort=asc&order_by=created_at")
	if err != nil {
		return nil, err
	}
	var out []posted
	for _, n := range list {
		if n.Author.ID == me.ID && !n.System {
			out = append(out, posted{n.ID, n.Body})
		}
	}
	return out, nil
}

func (g *gitLab) create(ctx context.Context, text string) error {
	_, err := g.call(ctx, http.MethodPost, g.request+"/notes", map[string]string{"body": text}, nil)
	return err
}

func (g *gitLab) update(ctx context.Context, id int64, text string) error {
	_, err := g.call(ctx, http.MethodPut, fmt.Sprintf("%s/notes/%d", g.request, id), map[string]string{"body": text}, nil)
	return err
}
