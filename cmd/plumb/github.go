package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
)

// gitHub is a pull request of GitHub.
type gitHub struct {
	*api
	repository   string // OWNER/NAME
	number       int
	merged, head string // the commit of the job, and what it is a merge of; "" when there is none
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)

// openGitHub finds the pull request of a job, or says why there is none to comment on.
func openGitHub(number int, env map[string]string) (forge, string, error) {
	token := cmp.Or(env["GITHUB_TOKEN"], env["GH_TOKEN"])
	if token == "" {
		return nil, "there is no token (GITHUB_TOKEN)", nil
	}
	if !repositoryName.MatchString(env["GITHUB_REPOSITORY"]) {
		return nil, "", &problem{where: "GITHUB_REPOSITORY", what: "does not name a repository", hint: "GITHUB_REPOSITORY=OWNER/NAME"}
	}
	event, err := readEvent(env["GITHUB_EVENT_PATH"])
	if err != nil {
		return nil, "", err
	}
	number, head := cmp.Or(number, event.number), event.head
	if number == 0 {
		return nil, "the job is not one of a pull request", nil
	}
	a, err := newAPI(cmp.Or(env["GITHUB_API_URL"], "https://api.github.com"), http.Header{
		"Authorization": {"Bearer " + token}, "Accept": {"application/vnd.github+json"}, "X-GitHub-Api-Version": {"2022-11-28"},
	})
	return &gitHub{a, env["GITHUB_REPOSITORY"], number, env["GITHUB_SHA"], head}, "", err
}

// event is what started a job: its pull request, and the commit at the head of that. Both are empty for other events.
type event struct {
	number int
	head   string
}

func readEvent(name string) (event, error) {
	if name == "" {
		return event{}, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return event{}, &problem{where: "GITHUB_EVENT_PATH " + name, what: reason(err)}
	}
	var said struct {
		PullRequest struct {
			Number int `json:"number"`
			Head   struct {
				SHA string `json:"sha"`
			} `json:"head"`
		} `json:"pull_request"`
		Issue struct {
			Number      int       `json:"number"`
			PullRequest *struct{} `json:"pull_request"`
		} `json:"issue"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return event{}, &problem{where: "GITHUB_EVENT_PATH " + name, what: "not the event of a job"}
	}
	if said.PullRequest.Number == 0 && said.Issue.PullRequest != nil {
		return event{number: said.Issue.Number}, nil
	}
	return event{said.PullRequest.Number, said.PullRequest.Head.SHA}, nil
}

func (g *gitHub) judged(commit string) string {
	if commit == g.merged && g.head != "" {
		return g.head
	}
	return commit
}

func (g *gitHub) newest(ctx context.Context) (string, error) {
	var pull struct {
		Head struct {
			SHA string `json:"sha"`
		} `json:"head"`
	}
	_, err := g.call(ctx, http.MethodGet, fmt.Sprintf("/repos/%s/pulls/%d", g.repository, g.number), nil, &pull)
	return pull.Head.SHA, err
}

// ours lists the comments of the token's user. The token of a job cannot ask who it is: then those of any app count, of which the
// marker tells ours.
func (g *gitHub) ours(ctx context.Context) ([]posted, error) {
	var me struct {
		Login string `json:"login"`
	}
	if _, err := g.call(ctx, http.MethodGet, "/user", nil, &me); err != nil && !errors.Is(err, errForbidden) {
		return nil, err
	}
	type comment struct {
		ID   int64  `json:"id"`
		Body string `json:"body"`
		User struct {
			Login string `json:"login"`
			Type  string `json:"type"`
		} `json:"user"`
	}
	list, err := pages[comment](ctx, g.api, fmt.Sprintf("/repos/%s/issues/%d/comments?per_page=100", g.repository, g.number))
	if err != nil {
		return nil, err
	}
	var out []posted
	for _, c := range list {
		if me.Login != "" && c.User.Login == me.Login || me.Login == "" && c.User.Type == "Bot" {
			out = append(out, posted{c.ID, c.Body})
		}
	}
	return out, nil
}

func (g *gitHub) create(ctx context.Context, text string) error {
	_, err := g.call(ctx, http.MethodPost, fmt.Sprintf("/repos/%s/issues/%d/comments", g.repository, g.number), map[string]string{"body": text}, nil)
	return err
}

func (g *gitHub) update(ctx context.Context, id int64, text string) error {
	_, err := g.call(ctx, http.MethodPatch, fmt.Sprintf("/repos/%s/issues/comments/%d", g.repository, id), map[string]string{"body": text}, nil)
	return err
}
