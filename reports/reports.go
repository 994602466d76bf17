// Package reports renders what a run found: for people (text, full, concise, markdown), for
// programs (json, sarif, junit, gitlab) and for the log of a pull request (github).
//
//	r := reports.New(reports.Input{...})
//	err := reports.Text(w, r, reports.Look{Width: 80})
//
// Text from scanned files goes through one door: Untrusted makes a Text, and a Text is printed only
// through a rendering that suits the output. Where the graph's text enters a Report it becomes a Text.
//
// Touches the io.Writer that it is given.
package reports
