package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/cost/prices/bulk"
	pricefolder "github.com/plumbline-dev/plumbline/cost/prices/update"
	"github.com/plumbline-dev/plumbline/reports"
)

// pricesFlag is the flag that says which prices hold.
func pricesFlag(f *pflag.FlagSet, value *string) {
	f.StringVar(value, "prices", "", "`PATH` of a price folder or catalogue (default: the folder of plumb prices update, else built in)")
}

// openPrices opens the catalogue that was named, that of the price folder, or the built-in one. A damaged one is an error: falling back in silence would
// change what things cost.
func openPrices(named string, env map[string]string) (*prices.Catalogue, error) {
	if named != "" {
		return openNamedPrices(named)
	}
	if folder := priceFolder("", env); folder != "" {
		c, _, err := pricefolder.Folder(folder).Open()
		if err == nil {
			return c, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &problem{where: folder, what: err.Error(), hint: "remove the folder to use the built-in prices, or fetch newer ones: plumb prices update --region REGION"}
		}
	}
	return prices.Builtin()
}

func openNamedPrices(named string) (*prices.Catalogue, error) {
	info, err := os.Stat(named)
	if err != nil {
		return nil, &problem{where: "--prices " + named, what: reason(err), hint: "plumb prices update --folder DIR --region REGION makes such a folder"}
	}
	if info.IsDir() {
		c, _, err := pricefolder.Folder(named).Open()
		if err != nil {
			return nil, &problem{where: "--prices " + named, what: err.Error(), hint: "plumb prices update --folder " + named + " --region REGION"}
		}
		return c, nil
	}
	text, err := os.ReadFile(named)
	if err != nil {
		return nil, &problem{where: "--prices " + named, what: reason(err)}
	}
	c, err := prices.Read(string(text))
	if err == nil {
		err = c.Verify()
	}
	if err != nil {
		return nil, &problem{where: "--prices " + named, what: err.Error(), hint: "a file of AWS's price list is taken over by plumb prices import " + named}
	}
	return c, nil
}

// priceFolder is where plumb prices update keeps its catalogue; "" when there is no home.
func priceFolder(named string, env map[string]string) string {
	if named != "" {
		return named
	}
	if dir := env["XDG_DATA_HOME"]; filepath.IsAbs(dir) {
		return filepath.Join(dir, "plumb", "prices")
	}
	if home := cmp.Or(env["HOME"], env["USERPROFILE"]); home != "" {
		return filepath.Join(home, ".local", "share", "plumb", "prices")
	}
	return ""
}

func newPricesCmd(sys *system, common *commonOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prices",
		Short: "Look up, update or import list prices",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newPricesShowCmd(sys, common), newPricesUpdateCmd(sys, common), newPricesImportCmd(sys, common))
	return cmd
}

func newPricesShowCmd(sys *system, common *commonOptions) *cobra.Command {
	var named, format, region string
	cmd := &cobra.Command{
		Use:   "show [METER [NAME=VALUE...]]",
		Short: "What the catalogue has: services, meters, prices",
		Example: `  plumb prices show                       services and regions
  plumb prices show ebs                   meters of a service
  plumb prices show ebs.volume.storage --region eu-west-1 volume_type=gp3`,
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return &problem{what: "unknown format " + format, hint: "text or json"}
			}
			c, err := openPrices(named, sys.env)
			if err != nil {
				return err
			}
			view, err := showPrices(c, region, args)
			if err != nil {
				return err
			}
			if format == "json" {
				return reports.PricesJSON(sys.out, view)
			}
			return reports.PricesText(sys.out, view, reports.Look{Width: sys.width(common.width), Colour: sys.colour(common.color)})
		},
	}
	f := cmd.Flags()
	f.StringVar(&region, "region", "", "`REGION`: only its prices, and those that hold everywhere")
	f.StringVarP(&format, "format", "f", "text", "`NAME`: text, json")
	pricesFlag(f, &named)
	return cmd
}

// showPrices collects what the words ask for: nothing, a service, or a meter with attributes.
func showPrices(c *prices.Catalogue, region string, words []string) (*reports.Prices, error) {
	if region != "" && !slices.Contains(c.Regions(), region) {
		return nil, &problem{where: "--region " + region, what: "the catalogue has no such region", hint: didYouMean(region, c.Regions(), strings.Join(c.Regions(), ", "))}
	}
	view := &reports.Prices{AsOf: c.AsOf(), Region: region, Regions: c.Regions()}
	if len(words) == 0 {
		view.Services = c.Services()
		return view, nil
	}
	service, _, isMeter := strings.Cut(words[0], ".")
	if !slices.Contains(c.Services(), service) {
		return nil, &problem{what: "the catalogue has no service " + service, hint: didYouMean(service, c.Services(), "plumb prices show lists them")}
	}
	want, err := attributesOf(words[1:])
	if err != nil {
		return nil, err
	}
	meters := map[string]bool{}
	for _, r := range append(c.Regions(), prices.Global) {
		if region != "" && r != region && r != prices.Global {
			continue
		}
		list, err := c.All(service, r)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			meters[p.Key.Meter] = true
			if isMeter && p.Key.Meter == words[0] && has(p, want) {
				view.Prices = append(view.Prices, p)
			}
		}
	}
	for m := range meters {
		view.Meters = append(view.Meters, m)
	}
	slices.Sort(view.Meters)
	switch {
	case !isMeter:
		return view, nil
	case !meters[words[0]]:
		return nil, &problem{what: "the catalogue has no meter " + words[0], hint: didYouMean(words[0], view.Meters, "plumb prices show "+service+" lists them")}
	case len(view.Prices) == 0:
		_, err := c.Find(prices.Key{Meter: words[0], Region: cmp.Or(region, prices.Global), Attributes: want})
		if err == nil {
			err = errors.New("no price has these attributes")
		}
		return nil, &problem{what: err.Error(), hint: "plumb prices show " + words[0] + " lists all"}
	}
	view.Meters = nil
	return view, nil
}

func attributesOf(words []string) (prices.Attributes, error) {
	out := prices.Attributes{}
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			return nil, &problem{where: w, what: "not NAME=VALUE", hint: "instance_type=m6i.large"}
		}
		out[name] = value
	}
	return out, nil
}

func has(p prices.Price, want prices.Attributes) bool {
	for name, value := range want {
		if p.Key.Attributes[name] != value {
			return false
		}
	}
	return true
}

func newPricesUpdateCmd(sys *system, common *commonOptions) *cobra.Command {
	var folder, url string
	var regions, offers []string
	cmd := &cobra.Command{
		Use:   "update --region REGION...",
		Short: "Fetch newer prices from AWS's public price list",
		Long:  "Fetch the files of AWS's public price list for some regions and put their\nprices over those that are there. No account is needed. EC2's files have\nhundreds of megabytes; an interrupted update goes on where it stopped, and\nuntil it is whole the old prices hold.",
		Example: `  plumb prices update --region eu-west-1
  plumb prices update --region eu-west-1,us-east-1 --offer AmazonRDS`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runPricesUpdate(cmd.Context(), sys, common, folder, pricefolder.Options{Regions: regions, Offers: offers, URL: url, Now: sys.now})
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&regions, "region", nil, "`LIST` of regions whose prices are fetched")
	f.StringSliceVar(&offers, "offer", nil, "`LIST` of offers (default: "+strings.Join(bulk.Offers(), ", ")+")")
	f.StringVar(&folder, "folder", "", "`DIR` to keep them in (default: ~/.local/share/plumb/prices)")
	f.StringVar(&url, "price-list-url", "", "`URL` of a mirror of the price list")
	return cmd
}

func runPricesUpdate(ctx context.Context, sys *system, common *commonOptions, folder string, o pricefolder.Options) error {
	if len(o.Regions) == 0 {
		return &problem{what: "which regions?", hint: "plumb prices update --region eu-west-1"}
	}
	for _, offer := range o.Offers {
		if !slices.Contains(bulk.Offers(), offer) {
			return &problem{where: "--offer " + offer, what: "its products are not understood", hint: didYouMean(offer, bulk.Offers(), strings.Join(bulk.Offers(), ", "))}
		}
	}
	folder = priceFolder(folder, sys.env)
	if folder == "" {
		return &problem{what: "there is no home folder to keep prices in", hint: "--folder DIR"}
	}
	at := "the index"
	o.Progress = func(what string) { at = what }
	stop := sys.progress(common.quiet, func() string { return "fetching " + at })
	report, err := pricefolder.Run(ctx, pricefolder.Folder(folder), o)
	stop()
	return toldPrices(sys, common, folder, report, err)
}

func newPricesImportCmd(sys *system, common *commonOptions) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:     "import FILE...",
		Short:   "Take prices from files, without a network",
		Long:    "Take region files of AWS's price list, in JSON or CSV, or the catalogue of\nanother price folder. The old prices hold until all files are read.",
		Example: "  plumb prices import AmazonEC2-eu-west-1.json",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &problem{what: "import which files?", hint: "plumb prices import FILE..."}
			}
			to := priceFolder(folder, sys.env)
			if to == "" {
				return &problem{what: "there is no home folder to keep prices in", hint: "--folder DIR"}
			}
			report, err := pricefolder.Import(pricefolder.Folder(to), args, sys.now)
			return toldPrices(sys, common, to, report, err)
		},
	}
	cmd.Flags().StringVar(&folder, "folder", "", "`DIR` to keep them in (default: ~/.local/share/plumb/prices)")
	return cmd
}

// toldPrices prints what an update did.
func toldPrices(sys *system, common *commonOptions, folder string, r pricefolder.Report, err error) error {
	if err != nil {
		return &problem{what: err.Error(), hint: "the prices that were there still hold"}
	}
	view := &reports.PriceUpdate{Folder: folder, AsOf: r.Lock.AsOf, NotSold: r.NotSold, Added: r.Added, Kept: r.Kept}
	for _, s := range r.Updated {
		view.Files = append(view.Files, reports.PriceFile{Offer: s.Offer, Region: s.Region, Published: s.Published, Prices: s.Prices})
	}
	for _, s := range r.Unchanged {
		view.Files = append(view.Files, reports.PriceFile{Offer: s.Offer, Region: s.Region, Published: s.Published, Prices: s.Prices, Unchanged: true})
	}
	for _, c := range r.Changed {
		view.Changed = append(view.Changed, reports.PriceChange{Old: c.Old, New: c.New})
	}
	for _, c := range r.Conflicts {
		view.Conflicts = append(view.Conflicts, fmt.Sprintf("%s: %s", c.Key, strings.Join(c.SKUs, ", ")))
	}
	return reports.PriceUpdateText(sys.out, view, reports.Look{Width: sys.width(common.width), Colour: sys.colour(common.color)})
}
