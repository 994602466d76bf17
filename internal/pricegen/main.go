// Pricegen makes cost/prices/catalogue.bin from a folder of CSV files of list prices, one file for each service:
//
//	go run ./internal/pricegen FOLDER
//
// The columns and the meaning of their values are described in docs/prices.md. The folder is not part of the repository.
package main

import (
	"fmt"
	"os"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

const target = "cost/prices/catalogue.bin"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/pricegen FOLDER")
		os.Exit(1)
	}
	if err := generate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pricegen:", err)
		os.Exit(1)
	}
}

func generate(folder string) error {
	all, err := readFolder(os.DirFS(folder))
	if err != nil {
		return err
	}
	file, err := prices.Encode(all)
	if err != nil {
		return err
	}
	fmt.Printf("%d prices, %d bytes\n", len(all), len(file))
	if err := os.WriteFile(target, file, 0o644); err != nil {
		return fmt.Errorf("writing the catalogue: %w", err)
	}
	return nil
}
