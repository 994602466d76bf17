package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/remedy"
	remedyaws "github.com/plumbline-dev/plumbline/remedy/aws"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// work is a plan on its way to being carried out: the hands for its sources, and the locks that are held meanwhile.
type work struct {
	*changeOptions
	plan    *remedy.Plan
	hands   []remedy.Hand
	callers []string // by source: who the calls are made as; "" for files
	locks   []*remedy.Lock
	undoes  *remedy.Run // of a rollback
	width   int
}

// prepare gets a hand for each source that the steps of a plan change, and then their locks. Nothing is read or changed yet but who is
// signed in.
func (o *changeOptions) prepare(ctx context.Context, p *remedy.Plan) (*work, error) {
	w := &work{changeOptions: o, plan: p, width: o.sys.width(o.commonOptions.width), hands: make([]remedy.Hand, len(p.Sources)), callers: make([]string, len(p.Sources))}
	for i := range p.Sources {
		if err := localize(&p.Sources[i]); err != nil {
			return nil, err
		}
	}
	for i, s := range p.Sources {
		if !slices.ContainsFunc(p.Steps, func(step remedy.Step) bool { return step.Source == i }) {
			continue
		}
		var err error
		if w.hands[i], w.callers[i], err = o.hand(ctx, s); err != nil {
			return nil, err
		}
	}
	if err := w.lockAll(); err != nil {
		w.release()
		return nil, err
	}
	return w, nil
}

// localize leads a source that was named relative to the folder plumb works in to where that name leads now: a plan may be carried
// out in another clone, at the same commit and of the same files, and never changes one that nobody stands in.
func localize(s *remedy.Source) error {
	if s.Kind != remedy.File || s.Path == "" || filepath.IsAbs(s.Name) {
		return nil
	}
	abs, err := filepath.Abs(s.Name)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	there := filepath.Join(s.Path, filepath.FromSlash(s.Dir))
	switch {
	case err != nil:
		return &problem{where: s.Name, what: reason(err), saw: "the plan was made for " + there, hint: "run it from the folder that the plan was made in"}
	case abs == there || len(s.Files) == 0:
		return nil
	}
	top, ok := strings.CutSuffix(abs, string(filepath.Separator)+filepath.FromSlash(s.Dir))
	if s.Dir == "" {
		top, ok = abs, true
	}
	if !ok {
		return &problem{where: s.Name, what: fmt.Sprintf("the plan was made for %s, and here this is %s", there, abs), hint: "run it from the folder that the plan was made in, or plumb plan makes a new one"}
	}
	s.Path = top
	return nil
}

// hand gives what carries out the steps of a source. An account must be the very one that the plan names.
func (o *changeOptions) hand(ctx context.Context, s remedy.Source) (remedy.Hand, string, error) {
	if s.Kind == remedy.File {
		h, err := remedysource.NewHand(s.Path)
		if err != nil {
			return nil, "", &problem{where: s.Path, what: reason(err), hint: "make the plan again: plumb plan"}
		}
		return h, "", nil
	}
	if len(o.accounts) > 0 && !slices.Contains(o.accounts, s.Account) {
		return nil, "", &problem{where: "account " + s.Account, what: "it is not among those that may be changed: " + strings.Join(o.accounts, ", "), hint: "--allow-account " + s.Account}
	}
	t, err := o.reach(ctx, s)
	if err != nil {
		return nil, "", err
	}
	if t.id.Account != s.Account {
		return nil, "", &problem{where: s.Name, what: fmt.Sprintf("the plan is for account %s and these credentials are of %s", s.Account, t.id.Account), hint: "sign in to " + s.Account + ", or plan for this account"}
	}
	return remedyaws.NewHand(t.cfg, remedyaws.Target{Account: t.id.Account, Partition: t.id.Partition, Region: t.cfg.Region}), t.id.ARN, nil
}

// applyRole is the role that is taken in each of several accounts to change them unless --role-arn names another.
const applyRole = "plumb-apply"

// reach gets credentials for an account, and asks AWS whose they are.
func (o *changeOptions) reach(ctx context.Context, s remedy.Source) (*target, error) {
	opened, err := openSource(s.Name, o.sys.in)
	if err != nil {
		return nil, err
	}
	_, c, err := findConfig(o.config, nil)
	if err != nil {
		return nil, err
	}
	l := o.live
	if s.Member != "" {
		l.accounts, l.roleARN = []string{s.Account}, cmp.Or(l.roleARN, applyRole)
	}
	targets, err := l.targets(ctx, 0, opened, c)
	if err != nil {
		return nil, err
	}
	t := targets[0]
	if t.err != nil || t.id.ARN != "" {
		return t, t.err
	}
	if t.id, err = aws.WhoAmI(ctx, t.cfg); err != nil {
		return nil, &problem{where: "account " + s.Account, what: "AWS does not say who the credentials belong to: " + err.Error(), hint: "look at the trust policy of " + cmp.Or(t.role, "the role")}
	}
	return t, nil
}

// lockAll takes the locks of all that is changed, in the order of their names, so that of two runs one gets them all.
func (w *work) lockAll() error {
	byName := map[string]remedy.Source{}
	for i, h := range w.hands {
		if h != nil {
			byName[lockName(w.plan.Sources[i])] = w.plan.Sources[i]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if err := w.lock(name); err != nil {
			return err
		}
	}
	return nil
}

// lockName names what one run at a time may change.
func lockName(s remedy.Source) string {
	if s.Kind == remedy.Live {
		return "account " + s.Account
	}
	sum := sha256.Sum256([]byte(s.Path))
	return "folder " + filepath.Base(s.Path) + " " + hex.EncodeToString(sum[:4])
}

// lock keeps every other apply on this machine away from the account or the folder.
func (w *work) lock(name string) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &problem{what: "there is no folder for locks: " + err.Error(), hint: "set HOME or XDG_CACHE_HOME"}
	}
	l, err := remedy.Take(filepath.Join(cache, "plumb", "locks"), name, fmt.Sprintf("process %d of %s", os.Getpid(), userName(w.sys.env)))
	if err != nil {
		return err
	}
	w.locks = append(w.locks, l)
	return nil
}

func (w *work) release() {
	for _, l := range w.locks {
		if err := l.Release(); err != nil {
			continue // the system gives it back when the process ends
		}
	}
}

// where names what is changed, for the list of runs.
func (w *work) where() string {
	names := map[string]string{}
	for _, s := range w.plan.Steps {
		if s.Kind == remedy.Live {
			names[w.plan.Sources[s.Source].Account] = accountName(w.plan.Sources[s.Source])
		}
	}
	switch len(names) {
	case 0:
		if w.undoes != nil && len(w.plan.Steps) == 0 {
			return w.undoes.Header.Where
		}
		return "files"
	case 1:
		return slices.Collect(maps.Values(names))[0]
	}
	return counted(len(names), "account")
}

// accountName is what people call the account of a source: as they named it, or as the organization does, or its ID.
func accountName(s remedy.Source) string {
	_, name, _ := strings.Cut(s.Name, ":")
	name, _, _ = strings.Cut(name, "/")
	return cmp.Or(s.Member, name, s.Account)
}

// accountTitle is the account's name with its ID.
func accountTitle(s remedy.Source) string {
	if name := accountName(s); name != s.Account {
		return fmt.Sprintf("%s (%s)", name, s.Account)
	}
	return s.Account
}

// userName is who typed the command, as the environment or the system says.
func userName(env map[string]string) string {
	if name := cmp.Or(env["USER"], env["LOGNAME"], env["USERNAME"]); name != "" {
		return name
	}
	u, err := user.Current()
	if err != nil {
		return "unknown"
	}
	return u.Username
}

// identity refuses a plan whose files or commit are others than when it was made.
func (w *work) identity(ctx context.Context) error {
	for _, s := range w.plan.Sources {
		if s.Kind != remedy.File {
			continue
		}
		if s.Commit != "" {
			commit, err := resolveRef(ctx, s.Path, "HEAD")
			if err != nil {
				return &problem{where: s.Name, what: fmt.Sprintf("the plan was made at commit %.8s of a git work tree, and %s is none", s.Commit, s.Path), hint: "run it from the folder that the plan was made in"}
			}
			if commit != s.Commit {
				return &problem{where: s.Name, what: fmt.Sprintf("the plan was made at commit %.8s and this is %.8s", s.Commit, commit), hint: "plumb plan makes a new one"}
			}
		}
		changed, err := changedFiles(s)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			return &problem{where: changed[0], what: fmt.Sprintf("%s changed since the plan was made", counted(len(changed), "file")), saw: strings.Join(changed[:min(3, len(changed))], ", "), hint: "plumb plan makes a new one"}
		}
	}
	return nil
}

// changedFiles lists the files of a source that are others than the plan says.
func changedFiles(s remedy.Source) ([]string, error) {
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		data, err := os.ReadFile(filepath.Join(s.Path, filepath.FromSlash(name)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, &problem{where: name, what: reason(err)}
		}
		if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != s.Files[name] {
			changed = append(changed, name)
		}
	}
	return changed, nil
}

// publicKeys reads ed25519 public keys in PEM.
func publicKeys(files []string) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, &problem{where: name, what: reason(err)}
		}
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, &problem{where: name, what: "not a public key in PEM", hint: "openssl pkey -in KEY -pubout"}
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		ed, ok := key.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, &problem{where: name, what: "not an ed25519 public key", hint: "openssl genpkey -algorithm ed25519 -out KEY; openssl pkey -in KEY -pubout"}
		}
		keys = append(keys, ed)
	}
	return keys, nil
}

// window says why no step may begin now, or "".
func (o *changeOptions) outside(now time.Time) (string, error) {
	if o.window == "" {
		return "", nil
	}
	wrong := &problem{where: "--window " + o.window, what: "not a time of the week", hint: `--window "Sat 02:00-04:00", in UTC`}
	day, hours, ok := strings.Cut(o.window, " ")
	from, to, ok2 := strings.Cut(hours, "-")
	if !ok || !ok2 {
		return "", wrong
	}
	at := slices.IndexFunc([]time.Weekday{0, 1, 2, 3, 4, 5, 6}, func(d time.Weekday) bool { return strings.EqualFold(d.String()[:3], day) })
	begin, err := time.Parse("15:04", from)
	end, err2 := time.Parse("15:04", to)
	if at < 0 || err != nil || err2 != nil {
		return "", wrong
	}
	midnight := now.Truncate(24*time.Hour).AddDate(0, 0, at-int(now.Weekday()))
	length := end.Sub(begin)
	if length <= 0 {
		length += 24 * time.Hour
	}
	start := midnight.Add(time.Duration(begin.Hour())*time.Hour + time.Duration(begin.Minute())*time.Minute)
	for _, s := range []time.Time{start.AddDate(0, 0, -7), start} {
		if !now.Before(s) && now.Before(s.Add(length)) {
			return "", nil
		}
	}
	return "outside of the window " + o.window, nil
}

// settle reads back what an earlier process left open.
func (w *work) settle(ctx context.Context, r *remedy.Runner) error {
	err := r.Settle(ctx)
	var stop *remedy.Stop
	if errors.As(err, &stop) {
		return &problem{where: w.step(stop.Step), what: "how far it came cannot be told: " + stop.Err.Error(), hint: fmt.Sprintf("plumb runs %d shows every call; try again when it can be read", r.Run.N)}
	}
	return err
}

func (w *work) step(n int) string {
	for _, s := range w.plan.Steps {
		if s.N == n {
			return fmt.Sprintf("step %d, %s", n, s.Where)
		}
	}
	return fmt.Sprintf("step %d", n)
}

// check reads every precondition again and says what it finds. It fails when one does not hold.
func (w *work) check(ctx context.Context, r *remedy.Runner) error {
	for _, n := range w.skipSteps {
		if !slices.ContainsFunc(w.plan.Steps, func(s remedy.Step) bool { return s.N == n }) {
			return &problem{where: fmt.Sprintf("--skip-step %d", n), what: fmt.Sprintf("the plan has no step %d", n), hint: fmt.Sprintf("its steps are 1 to %d", len(w.plan.Steps))}
		}
	}
	why, err := w.outside(time.Now().UTC())
	if err != nil {
		return err
	}
	if why != "" {
		return &problem{what: why, hint: "wait for it, or give another --window"}
	}
	fmt.Fprintln(w.sys.out, "\nChecking before the first change")
	broken, err := r.Check(ctx)
	if err != nil {
		return err
	}
	total := len(r.Left())
	if len(broken) > 0 {
		for _, n := range slices.Sorted(maps.Keys(broken)) {
			for _, b := range broken[n] {
				w.line("  NO  ", fmt.Sprintf("%s: it was planned that %s; now it is %s", w.step(n), b.Condition.Says, jsonText(b.Got)))
			}
		}
		return &problem{what: fmt.Sprintf("%s not as the plan saw %s: nothing was changed", are(len(broken), total), them(len(broken))), hint: "plumb plan makes a new one"}
	}
	as := "as the plan saw them"
	if w.undoes != nil {
		as = fmt.Sprintf("as run %d left %s", w.undoes.N, them(total))
	} else if total == 1 {
		as = "as the plan saw it"
	}
	w.line("  ok  ", fmt.Sprintf("%d of %s %s", total, counted(total, "target"), as))
	files := 0
	for i, s := range w.plan.Sources {
		files += len(s.Files)
		if w.callers[i] != "" {
			w.line("  ok  ", "signed in as "+w.callers[i])
		}
	}
	if files > 0 && w.undoes == nil {
		w.line("  ok  ", counted(files, "file")+" unchanged since the plan")
	}
	limits, err := w.limits(w.plan, r.Left())
	if err != nil {
		return err
	}
	w.line("  ok  ", limits)
	return nil
}

func are(n, of int) string {
	if n == 1 {
		return fmt.Sprintf("1 of %d targets is", of)
	}
	return fmt.Sprintf("%d of %d targets are", n, of)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func (w *work) line(first, text string) {
	fmt.Fprint(w.sys.out, reports.Paragraph(first, strings.Repeat(" ", len(first)), reports.Untrusted(text), w.width))
}

// approve asks a person, or takes what was approved on the command line. Steps of the classes in alone are asked for one by one.
func (w *work) approve(steps []remedy.Step) error {
	most := slices.Index(remedy.Classes, remedy.Class(w.accept))
	if !slices.Contains(acceptable(), w.accept) {
		return &problem{where: "--accept " + w.accept, what: "not a class of risk that can be accepted for all steps", hint: strings.Join(acceptable(), ", ") + "; others step by step: --accept-step N"}
	}
	in := &answers{o: w.changeOptions}
	var open, riskier []remedy.Step
	for _, s := range steps {
		switch {
		case slices.Contains(w.acceptSteps, s.N):
		case slices.Contains(alone, s.Risk.Class):
			if err := w.approveAlone(in, s); err != nil {
				return err
			}
		case w.yes && slices.Index(remedy.Classes, s.Risk.Class) <= most:
		case w.yes:
			riskier = append(riskier, s)
		default:
			open = append(open, s)
		}
	}
	switch {
	case len(riskier) > 0:
		return w.tooRisky(riskier)
	case len(open) == 0:
		return nil
	}
	return w.approveAll(in, open)
}

// tooRisky says which steps --yes does not cover, and what covers all of them.
func (w *work) tooRisky(steps []remedy.Step) error {
	first := steps[0]
	var numbers []string
	worst := first.Risk.Class
	for _, s := range steps {
		numbers = append(numbers, fmt.Sprint(s.N))
		if slices.Index(remedy.Classes, s.Risk.Class) > slices.Index(remedy.Classes, worst) {
			worst = s.Risk.Class
		}
	}
	what := fmt.Sprintf("its risk is %s and --yes holds up to %s: nothing was changed", first.Risk.Class, w.accept)
	if n := len(steps) - 1; n > 0 {
		what = fmt.Sprintf("its risk is %s and --yes holds up to %s, and so with %s: nothing was changed", first.Risk.Class, w.accept, counted(n, "other"))
	}
	return &problem{where: w.step(first.N), what: what, hint: fmt.Sprintf("--accept %s, or --accept-step %s", worst, strings.Join(numbers, ","))}
}

// approveAlone asks for one step.
func (w *work) approveAlone(in *answers, s remedy.Step) error {
	fmt.Fprintln(w.sys.out)
	w.line("", fmt.Sprintf("Step %d, %s: %s. Risk: %s. %s", s.N, s.Where, s.Title, s.Risk.Class, s.Risk.Detail))
	return in.want("Type the step's number to approve it: ", fmt.Sprint(s.N), fmt.Sprintf("--accept-step %d", s.N))
}

// approveAll asks for the rest: by the account's name where one is changed.
func (w *work) approveAll(in *answers, steps []remedy.Step) error {
	fmt.Fprintln(w.sys.out)
	asked := map[string]bool{} // by ID: names need not differ
	for _, s := range steps {
		id := w.plan.Sources[s.Source].Account
		if s.Kind != remedy.Live || asked[id] {
			continue
		}
		asked[id] = true
		name := accountName(w.plan.Sources[s.Source])
		w.line("", fmt.Sprintf("This changes account %s.", accountTitle(w.plan.Sources[s.Source])))
		if err := in.want("Type the account name to go on: ", name, "--yes --accept CLASS"); err != nil {
			return err
		}
	}
	if len(asked) > 0 {
		return nil
	}
	fmt.Fprintf(w.sys.out, "This changes %s on disk.\n", counted(len(steps), "place"))
	return in.want("Type yes to go on: ", "yes", "--yes --accept CLASS")
}

// answers reads what a person types, a line for each question.
type answers struct {
	o     *changeOptions
	lines *bufio.Reader
}

func (a *answers) want(prompt, want, flag string) error {
	if a.o.noInput {
		return &problem{what: "this has to be approved, and --no-input says not to ask: nothing was changed", hint: flag}
	}
	if a.lines == nil {
		in := a.o.sys.in
		if t, ok := in.(*typed); ok {
			in = t.in
		}
		a.lines = bufio.NewReader(in)
	}
	fmt.Fprint(a.o.sys.out, prompt)
	line, err := a.lines.ReadString('\n')
	if errors.Is(err, errInterrupted) {
		fmt.Fprintln(a.o.sys.out, "\nNothing was changed.")
		return err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err != nil && line == "" {
		fmt.Fprintln(a.o.sys.out)
		return &problem{what: "nobody answered: nothing was changed", hint: "answer at a terminal, or " + flag}
	}
	if strings.TrimSpace(line) != want {
		return &problem{what: fmt.Sprintf("%q was asked for: nothing was changed", want), hint: "run the command again to be asked again"}
	}
	return nil
}
