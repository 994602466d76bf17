package policies

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// Control is one statement of the reference architecture that policies check.
type Control struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Severity     Severity `json:"severity"`
	Requirements []string `json:"requirement"`
}

//go:embed controls.json
var controls []byte

// Controls lists every control, also those that no policy checks yet.
func Controls() ([]Control, error) {
	var out []Control
	if err := json.Unmarshal(controls, &out); err != nil {
		return nil, fmt.Errorf("reading controls.json: %w", err)
	}
	return out, nil
}
