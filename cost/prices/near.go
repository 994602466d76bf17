package prices

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// nearest lists at most three words that look most like the given one, the likest first; none when none is near.
func nearest(word string, known map[string]bool) []string {
	type near struct {
		word     string
		distance int
	}
	var list []near
	for k := range known {
		if d := distance(word, k); d <= 1+len(word)/3 {
			list = append(list, near{k, d})
		}
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(a.distance-b.distance, strings.Compare(a.word, b.word))
	})
	var out []string
	for _, n := range list[:min(3, len(list))] {
		out = append(out, n.word)
	}
	return out
}

// distance is the number of letters to insert, delete or exchange (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
