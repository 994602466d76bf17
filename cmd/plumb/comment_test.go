package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fakeForge is the part of GitHub or GitLab that keeps comments on one request, whose newest commit is "b7e4410".
type fakeForge struct {
	*httptest.Server
	mu       sync.Mutex
	gitlab   bool
	nameless bool                                                // the token cannot ask whose it is
	comments []map[string]any                                    // oldest first
	calls    []string                                            // that changed something
	refuse   func(w http.ResponseWriter, req *http.Request) bool // answers instead
}

const fakeHead = "b7e4410"

func newForge(t *testing.T, f *fakeForge) *fakeForge {
	t.Helper()
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeForge) says(id int, author, body string) {
	user := map[string]any{"login": author, "type": "User", "id": len(author)}
	if strings.HasSuffix(author, "[bot]") {
		user["type"] = "Bot"
	}
	f.comments = append(f.comments, map[string]any{"id": id, "body": body, "user": user, "author": user})
}

func (f *fakeForge) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil && f.refuse(w, req) {
		return
	}
	if req.Header.Get("Authorization") != "Bearer secret" && req.Header.Get("Private-Token") != "secret" {
		http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
		return
	}
	switch path := strings.TrimPrefix(req.URL.Path, "/api"); {
	case path == "/user" && f.nameless:
		http.Error(w, `{"message":"Resource not accessible by integration"}`, http.StatusForbidden)
	case path == "/user":
		f.answer(w, map[string]any{"login": "plumb-ci", "id": len("plumb-ci")})
	case path == "/repos/shop/infra/pulls/7", path == "/projects/12/merge_requests/7":
		f.answer(w, map[string]any{"sha": fakeHead, "head": map[string]any{"sha": fakeHead}})
	case req.Method == http.MethodGet && (path == "/repos/shop/infra/issues/7/comments" || path == "/projects/12/merge_requests/7/notes"):
		f.list(w, req)
	case req.Method == http.MethodPost && (path == "/repos/shop/infra/issues/7/comments" || path == "/projects/12/merge_requests/7/notes"):
		f.says(len(f.comments)+1, "plumb-ci", f.body(req))
		f.calls = append(f.calls, "create")
		w.WriteHeader(http.StatusCreated)
	case req.Method == http.MethodPatch && strings.HasPrefix(path, "/repos/shop/infra/issues/comments/"), req.Method == http.MethodPut:
		id, _ := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:]) // 0 is no comment
		for _, c := range f.comments {
			if c["id"] == id {
				c["body"] = f.body(req)
				f.calls = append(f.calls, fmt.Sprint("update ", id))
			}
		}
	default:
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
	}
}

func (f *fakeForge) body(req *http.Request) string {
	var in map[string]string
	_ = json.NewDecoder(req.Body).Decode(&in) // an empty body is none of ours
	return in["body"]
}

func (f *fakeForge) answer(w http.ResponseWriter, v any) {
	_ = json.NewEncoder(w).Encode(v) // the test sees what arrives
}

// list gives pages of 100.
func (f *fakeForge) list(w http.ResponseWriter, req *http.Request) {
	page, _ := strconv.Atoi(req.URL.Query().Get("page")) // none is the first
	page = max(page, 1)
	from, to := min((page-1)*100, len(f.comments)), min(page*100, len(f.comments))
	if to < len(f.comments) {
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?page=%d>; rel="next", <%s%s?page=9>; rel="last"`, f.URL, req.URL.Path, page+1, f.URL, req.URL.Path))
	}
	f.answer(w, f.comments[from:to])
}

func markdown(key, run, head, state, text string) string {
	return fmt.Sprintf("<!-- plumbline:comment:v1 key=%s run=%s head=%s state=%s -->\n%s\n", key, run, head, state, text)
}

// commented runs plumb report comment with a forge's environment and gives what it printed.
func commented(t *testing.T, f *fakeForge, text string, env map[string]string) (code int, out, said, summary string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	all := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_API_URL": f.URL + "/api", "GITHUB_REPOSITORY": "shop/infra", "GITHUB_TOKEN": "secret", "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary.md"),
		"GITHUB_EVENT_PATH": write("event.json", `{"pull_request":{"number":7,"head":{"sha":"b7e4410"}}}`), "GITHUB_SHA": "merge00",
	}
	if f.gitlab {
		all = map[string]string{"GITLAB_CI": "true", "CI_API_V4_URL": f.URL + "/api", "CI_PROJECT_ID": "12", "CI_MERGE_REQUEST_IID": "7", "GITLAB_TOKEN": "secret"}
	}
	maps.Copy(all, env)
	var stdout, stderr strings.Builder
	code = run(context.Background(), []string{"report", "comment", write("comment.md", text)}, system{in: strings.NewReader(""), out: &stdout, err: &stderr, env: all})
	kept, err := os.ReadFile(filepath.Join(dir, "summary.md"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if all := stdout.String() + stderr.String(); strings.Contains(all, "secret") {
		t.Errorf("the token was printed: %s", all)
	}
	return code, stdout.String(), stderr.String(), string(kept)
}

// What is posted, updated or left alone, on both forges.
func TestComments(t *testing.T) {
	t.Parallel()
	const early, now, late = "2026-11-20T10:00:00Z", "2026-11-20T23:10:41Z", "2026-11-21T08:00:00Z"
	type comment struct{ author, body string }
	rows := map[string]struct {
		there []comment
		text  string
		env   map[string]string
		calls []string
		said  string
	}{
		"the first": {text: markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"create"}, said: "Commented"},
		"in place": {
			there: []comment{{"ana", "hello"}, {"plumb-ci", markdown("shop", early, "x", "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"update 2"}, said: "Updated",
		},
		"clean again": {
			there: []comment{{"plumb-ci", markdown("shop", early, "x", "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "clean", "none"), calls: []string{"update 1"}, said: "Updated",
		},
		"an older marker": {
			there: []comment{{"plumb-ci", "<!-- plumbline:comment:v1 key=shop run=" + early + " head=x -->\r\nold"}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"update 1"}, said: "Updated",
		},
		"clean from the start": {text: markdown("shop", now, fakeHead, "clean", "none"), said: "there is nothing to say"},
		"another key": {
			there: []comment{{"plumb-ci", markdown("shop/qa", early, "x", "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"create"}, said: "Commented",
		},
		"of somebody else": {
			there: []comment{{"mallory", markdown("shop", early, "x", "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"create"}, said: "Commented",
		},
		"quoted by us": {
			there: []comment{{"plumb-ci", "> " + markdown("shop", early, "x", "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), calls: []string{"create"}, said: "Commented",
		},
		"a later run was here": {
			there: []comment{{"plumb-ci", markdown("shop", late, fakeHead, "open", "2 new")}},
			text:  markdown("shop", now, fakeHead, "open", "1 new"), said: "a later run commented already (" + late + ")",
		},
		"not the newest commit": {text: markdown("shop", now, "a41c0de", "open", "1 new"), said: "a41c0de is not the newest commit any more, that is " + fakeHead},
		"a merge that the forge made": {
			text: markdown("shop", now, "merge00", "open", "1 new"), env: map[string]string{"CI_COMMIT_SHA": "merge00", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": fakeHead},
			calls: []string{"create"}, said: "Commented",
		},
	}
	for name, row := range rows {
		for _, gitlab := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/gitlab=%v", name, gitlab), func(t *testing.T) {
				t.Parallel()
				f := newForge(t, &fakeForge{gitlab: gitlab})
				for i, c := range row.there {
					f.says(i+1, c.author, c.body)
				}
				code, out, said, summary := commented(t, f, row.text, row.env)
				if code != 0 || out != "" || !strings.Contains(said, row.said) || !slices.Equal(f.calls, row.calls) {
					t.Errorf("exit status %d, printed %q, said %q, calls %v; want %q, %v", code, out, said, f.calls, row.said, row.calls)
				}
				if len(row.calls) > 0 && !slices.ContainsFunc(f.comments, func(c map[string]any) bool { return c["body"] == row.text }) {
					t.Errorf("the comments are %v", f.comments)
				}
				if want := row.text + "\n"; !gitlab && summary != want {
					t.Errorf("the summary is %q", summary)
				}
			})
		}
	}
}

// The token of a job cannot ask whose it is; its comments are those of an app, however many pages there are.
func TestTheCommentOfAJobIsFoundOnALaterPage(t *testing.T) {
	t.Parallel()
	f := newForge(t, &fakeForge{nameless: true})
	for i := range 250 {
		f.says(i+1, "ana", "hello")
	}
	f.says(251, "mallory", markdown("shop", "2026-11-20T10:00:00Z", "x", "open", "planted"))
	f.says(252, "github-actions[bot]", markdown("shop", "2026-11-20T10:00:00Z", "x", "open", "old"))
	code, _, said, _ := commented(t, f, markdown("shop", "2026-11-20T23:10:41Z", fakeHead, "open", "new"), nil)
	if code != 0 || !slices.Equal(f.calls, []string{"update 252"}) {
		t.Errorf("exit status %d, said %q, calls %v", code, said, f.calls)
	}
}

// Without a token, or with one that may not comment, the summary has the text and the job goes on.
func TestWithoutTheRightToComment(t *testing.T) {
	t.Parallel()
	text := markdown("shop", "2026-11-20T23:10:41Z", fakeHead, "open", "1 new")
	fork := func(w http.ResponseWriter, req *http.Request) bool {
		if req.Method != http.MethodPost {
			return false
		}
		http.Error(w, `{"message":"Resource not accessible by integration\u001b[2J"}`, http.StatusForbidden)
		return true
	}
	for name, row := range map[string]struct {
		forge *fakeForge
		env   map[string]string
		out   string
		said  string
	}{
		"no token":            {&fakeForge{}, map[string]string{"GITHUB_TOKEN": ""}, "", "there is no token (GITHUB_TOKEN)\nThe text is in the summary"},
		"a wrong token":       {&fakeForge{}, map[string]string{"GITHUB_TOKEN": "wrong"}, "", "401 Unauthorized: Bad credentials"},
		"a fork":              {&fakeForge{refuse: fork}, nil, "", `Resource not accessible by integration\u{1b}[2J`},
		"a push":              {&fakeForge{}, map[string]string{"GITHUB_EVENT_PATH": ""}, "", "the job is not one of a pull request"},
		"no summary":          {&fakeForge{}, map[string]string{"GITHUB_TOKEN": "", "GITHUB_STEP_SUMMARY": ""}, text, "there is no token"},
		"gitlab, no token":    {&fakeForge{gitlab: true}, map[string]string{"GITLAB_TOKEN": ""}, text, "there is no token (GITLAB_TOKEN"},
		"at home":             {&fakeForge{}, map[string]string{"GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""}, text, ""},
		"gitlab, wrong token": {&fakeForge{gitlab: true}, map[string]string{"GITLAB_TOKEN": "wrong"}, text, "Bad credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, said, summary := commented(t, newForge(t, row.forge), text, row.env)
			if code != 0 || out != row.out || !strings.Contains(said, row.said) {
				t.Errorf("exit status %d, printed %q, said %q", code, out, said)
			}
			if row.out == "" && summary != text+"\n" {
				t.Errorf("the summary is %q", summary)
			}
		})
	}
}

// A busy forge is asked again; what may have been created is not created twice.
func TestABusyForge(t *testing.T) {
	t.Parallel()
	text := markdown("shop", "2026-11-20T23:10:41Z", fakeHead, "open", "1 new")
	for name, row := range map[string]struct {
		status int
		method string
		times  int
		code   int
		calls  []string
	}{
		"away for a moment":  {http.StatusBadGateway, http.MethodGet, 2, 0, []string{"create"}},
		"away for good":      {http.StatusBadGateway, http.MethodGet, 100, 1, nil},
		"too many requests":  {http.StatusTooManyRequests, http.MethodPost, 2, 0, []string{"create"}},
		"a secondary limit":  {http.StatusForbidden, http.MethodPost, 2, 0, []string{"create"}},
		"lost while created": {http.StatusBadGateway, http.MethodPost, 1, 1, nil},
		"too long":           {http.StatusUnprocessableEntity, http.MethodPost, 1, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			f := newForge(t, &fakeForge{refuse: func(w http.ResponseWriter, req *http.Request) bool {
				if req.Method != row.method || n == row.times {
					return false
				}
				n++
				w.Header().Set("Retry-After", "0")
				http.Error(w, `{"message":"later"}`, row.status)
				return true
			}})
			code, _, said, summary := commented(t, f, text, nil)
			if code != row.code || !slices.Equal(f.calls, row.calls) {
				t.Errorf("exit status %d, said %q, calls %v", code, said, f.calls)
			}
			if code != 0 && !strings.Contains(said, "later") || summary != text+"\n" {
				t.Errorf("said %q, summary %q", said, summary)
			}
		})
	}
}

// A token does not travel in clear text, nor after a redirection.
func TestTheTokenStaysWithTheForge(t *testing.T) {
	t.Parallel()
	text := markdown("shop", "2026-11-20T23:10:41Z", fakeHead, "open", "1 new")
	other := newForge(t, &fakeForge{})
	asked := false
	other.refuse = func(http.ResponseWriter, *http.Request) bool { asked = true; return false }
	f := newForge(t, &fakeForge{refuse: func(w http.ResponseWriter, req *http.Request) bool {
		http.Redirect(w, req, other.URL+req.URL.Path, http.StatusTemporaryRedirect)
		return true
	}})
	if code, _, said, _ := commented(t, f, text, nil); code != 1 || asked {
		t.Errorf("exit status %d, said %q, asked elsewhere %v", code, said, asked)
	}
	if code, _, said, _ := commented(t, f, text, map[string]string{"GITHUB_API_URL": "http://github.example/api"}); code != 1 || !strings.Contains(said, "https only") {
		t.Errorf("exit status %d, said %q", code, said)
	}
	if code, _, said, _ := commented(t, f, "### no comment of ours\n", nil); code != 1 || !strings.Contains(said, "no comment that plumb wrote") {
		t.Errorf("exit status %d, said %q", code, said)
	}
}
