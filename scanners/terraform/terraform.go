// Package terraform reads Terraform and OpenTofu: folders of configuration (0.11 to current syntax),
// plan JSON and state.
//
//	found, err := terraform.New(os.DirFS("infra"), terraform.Options{}).Scan(ctx)
//
// Nothing that is read is executed. file(), templatefile() and local modules stay inside the file
// system that was given; other modules come from .terraform/modules, Options.Modules or Options.Download.
//
// Touches the fs.FS that it is given, and the network only through Options.Download.
package terraform

import (
	"context"
	"io/fs"
)

// Options says how a folder is read.
type Options struct {
	// Prefix is put before each root path and file; "" for one source. The name of the scanned folder as the user
	// typed it is no part of them.
	Prefix string
	// Dir is the folder of the file system whose roots are read; "" is all of it. Root paths and file names are
	// relative to it ("../modules/vpc/main.tf"); modules and file() may read the rest of the file system.
	Dir       string
	Vars      map[string]string // -var NAME=VALUE, as text
	VarFiles  []string          // -var-file, relative to the file system
	Env       map[string]string // TF_VAR_* and TF_WORKSPACE
	Workspace string            // "" is "default"
	Roots     []string          // read only these root folders, relative to Dir; nil: find them
	// Modules maps a module source as written ("github.com/x/y?ref=v1", or the same without the ref, or
	// "terraform-aws-modules/vpc/aws") to a folder with its code.
	Modules map[string]fs.FS
	// Download fetches the package of the module with that source and version constraint, whose //subdir is a folder
	// in it, or is nil: then a module that is nowhere on disk is a Gap.
	Download func(ctx context.Context, source, version string) (fs.FS, error)
	// Tracked says whether version control keeps a file of the file system; known is false where nobody can say. nil: it never is.
	Tracked func(name string) (tracked, known bool)
	// LookUp gives the attributes of the one thing that a data source looks up, as the account that is read beside the code has
	// it; ok is false when there is not exactly one. nil: what data sources look up is not known.
	LookUp func(LookUp) (attrs map[string]any, ok bool)
	// IncludeModules reads folders that other folders call as modules as roots too.
	IncludeModules bool
}
