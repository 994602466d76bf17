package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// foresight asks terraform plan about the edits of one folder, in a copy of the tree that the folder is part of. Terraform runs the
// providers that the folder was initialised with and reads its state; it writes neither, and it downloads nothing.
type foresight struct {
	*planning
	source source
	steps  []remedy.Step
	copied string // the copy; "" before it is made
}

const (
	// planTime is how long one terraform plan may take.
	planTime = 15 * time.Minute
	// mostCopied and mostFiles are how much is copied so that terraform can be asked.
	mostCopied = 512 << 20
	mostFiles  = 100_000
	// notAsked is why terraform plan was not asked where nobody wanted it to be.
	notAsked = "not asked for: --terraform"
	// couldAsk is the same where terraform init was run.
	couldAsk = "not asked for. The folder is initialised: --terraform asks (docs/plan.md)"
)

// findTerraform looks for the program that was named.
func (o *planOptions) findTerraform() error {
	if o.terraform == "" {
		return nil
	}
	found, err := exec.LookPath(o.terraform)
	if err == nil {
		found, err = filepath.Abs(found)
	}
	if err != nil {
		return &problem{where: "--terraform=" + o.terraform, what: "there is no such program", hint: "install Terraform or OpenTofu, or name the program: --terraform=/opt/tofu/bin/tofu"}
	}
	o.terraform = found
	return nil
}

// without is what terraform plan says of a root as it is; it is asked once.
func (t *foresight) without(ctx context.Context, root string) (*remedysource.Foreseen, error) {
	if t.planning.terraform == "" {
		if t.initialised(root) {
			return nil, unasked(couldAsk)
		}
		return nil, unasked(notAsked)
	}
	key := t.source.name + "\x00" + root
	if f := t.baseline[key]; f != nil {
		return f, nil
	}
	f, err := t.with(ctx, root, 0)
	if err == nil {
		t.baseline[key] = f
	}
	return f, err
}

// with is what terraform plan says of a root with the edits of the first n steps.
func (t *foresight) with(ctx context.Context, root string, n int) (*remedysource.Foreseen, error) {
	if err := t.edited(ctx, n); err != nil {
		return nil, err
	}
	dir, env, err := t.prepared(ctx, root)
	if err != nil {
		return nil, err
	}
	doing := "terraform plan of " + cmp.Or(root, "the root folder")
	t.scan.phase.Store(&doing)
	args := []string{"plan", "-json", "-input=false", "-lock=false", "-refresh=false", "-out=" + t.planFile()}
	values, err := t.values(root, dir)
	if err != nil {
		return nil, err
	}
	out, err := t.terraformSays(ctx, dir, env, append(args, values...)...)
	if err != nil {
		return nil, err
	}
	f, err := remedysource.Foresee(bytes.NewReader(out))
	if err != nil {
		return nil, unasked(err.Error())
	}
	return f, nil
}

// attributes adds to what terraform plan said last which attributes cannot be changed in place, when it can tell.
func (t *foresight) attributes(ctx context.Context, root string, f *remedysource.Foreseen) {
	dir, env, err := t.prepared(ctx, root)
	if err != nil {
		return
	}
	out, err := t.terraformSays(ctx, dir, env, "show", "-json", t.planFile())
	if err == nil {
		_ = f.ReplacedBy(bytes.NewReader(out)) // the action and its reason are known
	}
}

func (t *foresight) planFile() string {
	return filepath.Join(filepath.Dir(t.copied), "foreseen.tfplan")
}

// terraformSays runs Terraform and gives its output. It is stopped with an interrupt, so that it stops its providers.
func (t *foresight) terraformSays(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.planning.terraform, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = 30 * time.Second
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	var status *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, unasked(fmt.Sprintf("terraform %s took longer than %s", args[0], planTime))
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &status) && len(out) > 0: // its output says why
	case err != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(problem.String()), "\n")
		return nil, unasked(strings.TrimSuffix(fmt.Sprintf("terraform %s: %v: %s", args[0], err, first), ": "))
	}
	return out, nil
}

// prepared gives the folder of a root in the copy, and the environment that Terraform gets there.
func (t *foresight) prepared(ctx context.Context, root string) (string, []string, error) {
	place := filepath.FromSlash(t.place(root))
	dir := filepath.Join(t.copied, place)
	vars := maps.Clone(t.scan.sys.env)
	maps.DeleteFunc(vars, func(name, _ string) bool {
		return strings.HasPrefix(name, "TF_CLI_ARGS") || strings.HasPrefix(name, "TF_LOG")
	})
	vars["TF_IN_AUTOMATION"], vars["TF_INPUT"], vars["CHECKPOINT_DISABLE"] = "1", "0", "1"
	data := t.data()
	if !filepath.IsAbs(data) {
		if err := takeOver(ctx, filepath.Join(t.source.tree.top, place, data), filepath.Join(dir, data)); err != nil {
			return "", nil, err
		}
		data = filepath.Join(dir, data)
	}
	if remote := remoteRuns(data); remote != "" {
		return "", nil, unasked(fmt.Sprintf("the root runs in HCP Terraform (%s), where a plan is a run", remote))
	}
	o, err := t.reads(root)
	if err != nil {
		return "", nil, err
	}
	if o.Workspace != "" {
		vars["TF_WORKSPACE"] = o.Workspace
	}
	var env []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		env = append(env, name+"="+vars[name])
	}
	return dir, env, nil
}

// initialised says whether terraform init left something in a root.
func (t *foresight) initialised(root string) bool {
	data := t.data()
	if !filepath.IsAbs(data) {
		data = filepath.Join(t.source.tree.top, filepath.FromSlash(t.place(root)), data)
	}
	_, err := os.Stat(data)
	return err == nil
}

// data is the folder of a root in which terraform init keeps what it made.
func (t *foresight) data() string { return cmp.Or(t.scan.sys.env["TF_DATA_DIR"], ".terraform") }

// takeOver brings what terraform init made into the copy: the providers as links, for they are large, the rest as copies.
func takeOver(ctx context.Context, from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return nil
	}
	list, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // Terraform says what it misses
	}
	if err != nil {
		return unasked(fmt.Sprintf("reading %s: %s", from, reason(err)))
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	for _, d := range list {
		one := filepath.Join(from, d.Name())
		if d.Name() == "providers" || d.Name() == "plugins" {
			if abs, err := filepath.EvalSymlinks(one); err == nil {
				err = os.Symlink(abs, filepath.Join(to, d.Name()))
				if err != nil {
					return fmt.Errorf("linking %s: %w", one, err)
				}
			}
			continue
		}
		c := &copying{ctx: ctx, from: one, to: filepath.Join(to, d.Name())}
		if err := c.all(); err != nil {
			return err
		}
	}
	return nil
}

// remoteRuns says where a root that runs in HCP Terraform does so, by what terraform init noted.
func remoteRuns(data string) string {
	text, err := os.ReadFile(filepath.Join(data, "terraform.tfstate"))
	if err != nil {
		return ""
	}
	var doc struct {
		Backend struct{ Type string }
	}
	if json.Unmarshal(text, &doc) != nil || doc.Backend.Type != "remote" && doc.Backend.Type != "cloud" {
		return ""
	}
	return "backend " + doc.Backend.Type
}

// reads are the options that a root is read with.
func (t *foresight) reads(root string) (terraform.Options, error) {
	rd, err := newReader(t.scan.readOptions, t.scan.config, t.scan.tree, t.scan.sys.env, false)
	if err != nil {
		return terraform.Options{}, err
	}
	o, err := rd.terraform(t.source)
	for folder := range rd.config.Roots {
		own, ok := rd.within(t.source, folder)
		if ok && joinPrefix(t.source.prefix, own) == root {
			o = rd.ownOptions(folder, own, o)
		}
	}
	return o, err
}

// values are the arguments that give the variables of a root the values that it was read with.
func (t *foresight) values(root, dir string) ([]string, error) {
	o, err := t.reads(root)
	if err != nil {
		return nil, err
	}
	var args []string
	for _, f := range o.VarFiles {
		args = append(args, "-var-file="+filepath.Join(t.copied, filepath.FromSlash(f)))
	}
	declared := variablesIn(dir)
	for _, name := range slices.Sorted(maps.Keys(o.Vars)) {
		if declared[name] {
			args = append(args, "-var="+name+"="+o.Vars[name])
		}
	}
	return args, nil
}

// variablesIn lists the variables that the files of a folder declare.
func variablesIn(dir string) map[string]bool {
	out := map[string]bool{}
	list, err := os.ReadDir(dir)
	if err != nil {
		return out // Terraform says so
	}
	for _, d := range list {
		if !strings.HasSuffix(d.Name(), ".tf") && !strings.HasSuffix(d.Name(), ".tf.json") && !strings.HasSuffix(d.Name(), ".tofu") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, d.Name()))
		if err != nil {
			continue
		}
		body, err := terraform.Syntax(d.Name(), bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
		if err != nil {
			continue
		}
		for _, b := range body.Blocks {
			if b.Type == "variable" && len(b.Labels) == 1 {
				out[b.Labels[0]] = true
			}
		}
	}
	return out
}

// edited brings the files of the copy to where the first n steps leave them.
func (t *foresight) edited(ctx context.Context, n int) error {
	if t.copied == "" {
		if err := t.copyTree(ctx); err != nil {
			return err
		}
	}
	files := map[string][]byte{}
	for i, s := range t.steps {
		for _, a := range s.Actions {
			was, ok := files[a.Edit.File]
			if !ok {
				var err error
				if was, err = fs.ReadFile(t.source.tree.fsys, a.Edit.File); err != nil && a.Edit.Before != "" {
					return fmt.Errorf("reading %s: %w", a.Edit.File, err)
				}
			}
			if i < n {
				if was, ok = remedysource.Edited(was, a.Edit); !ok {
					return fmt.Errorf("%s changed while the plan was made: make it again", a.Edit.File)
				}
			}
			files[a.Edit.File] = was
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(t.copied, filepath.FromSlash(name)), files[name], 0o600); err != nil {
			return fmt.Errorf("copying %s: %w", name, err)
		}
	}
	return nil
}

// copyTree copies the tree into a folder that only the user can read.
func (t *foresight) copyTree(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "plumb-")
	if err != nil {
		return fmt.Errorf("copying %s: %w", t.source.tree.top, err)
	}
	t.copied = filepath.Join(dir, "tree")
	c := &copying{ctx: ctx, from: t.source.tree.top, to: t.copied, skip: []string{".git", ".terraform", ".plumb", t.scan.sys.env["TF_DATA_DIR"]}}
	return c.all()
}

func (t *foresight) close() {
	if t.copied != "" {
		_ = os.RemoveAll(filepath.Dir(t.copied)) // a copy that is left behind is only the user's
	}
}
