package main

import (
	"os"
	"strconv"

	"github.com/mattn/go-isatty"
)

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }

// width is that of the flag, COLUMNS or the terminal, between 60 and 120; 120 without a terminal.
func (s *system) width(flag int) int {
	if flag > 0 {
		return flag
	}
	if n, err := strconv.Atoi(s.env["COLUMNS"]); err == nil && n > 0 {
		return min(max(n, 60), 120)
	}
	if s.outTerminal && s.columns > 0 {
		return min(max(s.columns, 60), 120)
	}
	return 120
}

func (s *system) errWidth() int { return s.width(0) }

// colour follows --color, then PLUMB_COLOR (which is the flag's environment), FORCE_COLOR, NO_COLOR, TERM=dumb and
// whether the result goes to a terminal.
func (s *system) colour(flag string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never":
		return false
	case s.env["FORCE_COLOR"] != "" && s.env["FORCE_COLOR"] != "0":
		return true
	case s.env["NO_COLOR"] != "", s.env["TERM"] == "dumb":
		return false
	}
	return s.outTerminal
}
