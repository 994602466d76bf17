package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/history"
)

// Writers that begin at once make the tables once, and every run is there with a number of its own.
func TestWritersAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		const writers, each = 6, 5
		errs := make(chan error, writers)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() { errs <- writeSome(t.Context(), where, w, each) })
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		runs, err := open(t, where).Runs(t.Context(), history.Query{Project: "shop"})
		if err != nil || len(runs) != writers*each {
			t.Fatalf("%d runs, %v", len(runs), err)
		}
		numbers := map[int]bool{}
		for _, r := range runs {
			numbers[r.Number] = true
		}
		if len(numbers) != writers*each || !numbers[1] || !numbers[writers*each] {
			t.Errorf("the numbers are %v", numbers)
		}
	})
}

func writeSome(ctx context.Context, where string, writer, n int) error {
	s, err := history.Open(ctx, where, history.Patience)
	if err != nil {
		return err
	}
	for i := range n {
		r := run("shop", 1)
		r.ID = fmt.Sprintf("%d-%d", writer, i)
		if _, err := s.Record(ctx, history.Record{Run: r, Decided: all, Findings: []history.Finding{finding("aaaa", history.Fail)}}); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return s.Close()
}

// writeForever is the process that is killed: run n has n%3*500 findings and as many gaps.
func writeForever(where string) int {
	s, err := history.Open(context.Background(), where, history.Patience)
	for n := 0; err == nil; n++ {
		r := history.Record{Run: run("shop", 1), Decided: all}
		r.ID, r.Started = fmt.Sprintf("%d-%d", os.Getpid(), n), day(1).Add(time.Duration(time.Now().UnixNano()))
		for i := range n % 3 * 500 {
			f := finding(fmt.Sprintf("%08x", i), history.Fail)
			r.Findings, r.Gaps = append(r.Findings, f), append(r.Gaps, history.Gap{Where: f.Resource})
		}
		r.Failed.High, r.Run.Gaps = len(r.Findings), len(r.Gaps)
		if _, err = s.Record(context.Background(), r); err == nil {
			fmt.Println(r.ID)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// A process that is killed while it records leaves what it had said to be recorded, each run as a whole, and the next goes on.
func TestAKilledWriterLeavesWholeRuns(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, where string) {
		var told []string
		for i := range 6 {
			var out, problem strings.Builder
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), "HISTORY_TEST_WRITER="+where)
			cmd.Stdout, cmd.Stderr = &out, &problem
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(400+137*i) * time.Millisecond)
			if err := errors.Join(cmd.Process.Kill(), ignoreKilled(cmd.Wait())); err != nil || problem.Len() > 0 {
				t.Fatalf("%v: %s", err, problem.String())
			}
			told = append(told, strings.Fields(out.String())...)
		}
		if len(told) == 0 {
			t.Fatal("the writers recorded nothing")
		}
		wholeRuns(t, where, told)
	})
}

func ignoreKilled(err error) error {
	if err == nil {
		return errors.New("the writer ended by itself")
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 {
		return nil
	}
	return err
}

func wholeRuns(t *testing.T, where string, told []string) {
	t.Helper()
	s := open(t, where)
	runs, err := s.Runs(t.Context(), history.Query{})
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, r := range runs {
		there[r.ID] = true
		if gaps, err := s.Gaps(t.Context(), r.ID); err != nil || len(gaps) != r.Gaps {
			t.Errorf("run %s has %d of %d gaps, %v", r.ID, len(gaps), r.Gaps, err)
		}
	}
	for _, id := range told {
		if !there[id] {
			t.Errorf("run %s was recorded and is not there", id)
		}
	}
	if len(runs) != maxNumber(runs) {
		t.Errorf("%d runs, the last is number %d", len(runs), maxNumber(runs))
	}
	open := 0
	lives, err := s.Find(t.Context(), "", "rds.multi_az")
	for _, l := range lives {
		if l.State == history.Fail {
			open++
		}
	}
	if err != nil || open != runs[0].Failed.Total() {
		t.Errorf("the last run has %d findings, of which %d are open: %v", runs[0].Failed.Total(), open, err)
	}
	next := run("shop", 2)
	next.Started = runs[0].Started.Add(time.Second)
	record(t, s, history.Record{Run: next, Decided: all})
}

func maxNumber(runs []history.Run) int {
	n := 0
	for _, r := range runs {
		n = max(n, r.Number)
	}
	return n
}
