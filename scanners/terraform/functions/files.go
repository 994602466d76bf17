package functions

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxFile is the size of the largest file that is read: nothing that belongs in a plan is bigger.
const maxFile = 16 << 20

func fileFunctions(o Options) map[string]function.Function {
	table := map[string]function.Function{
		"file":             text1("path", func(p string) (string, error) { return o.text(p) }),
		"filebase64":       o.encoded(base64.StdEncoding.EncodeToString),
		"filebase64sha256": o.encoded(digests["base64sha256"].of),
		"filebase64sha512": o.encoded(digests["base64sha512"].of),
		"fileexists":       o.existsFunc(),
		"fileset":          o.filesetFunc(),
	}
	for _, name := range []string{"md5", "sha1", "sha256", "sha512"} {
		table["file"+name] = o.encoded(digests[name].of)
	}
	return table
}

func (o Options) encoded(encode func([]byte) string) function.Function {
	return text1("path", func(p string) (string, error) {
		raw, err := o.read(p)
		if err != nil {
			return "", err
		}
		return encode(raw), nil
	})
}

// text reads a file as text.
func (o Options) text(p string) (string, error) {
	raw, err := o.read(p)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(raw) {
		return "", fmt.Errorf("%s is not UTF-8 text; filebase64 reads such files", p)
	}
	return string(raw), nil
}

func (o Options) read(p string) ([]byte, error) {
	name, err := o.inside(p)
	if err != nil {
		return nil, err
	}
	f, err := o.FS.Open(name)
	if err != nil {
		return nil, notRead(name, err)
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, notRead(name, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, not a file", name)
	case !info.Mode().IsRegular():
		return nil, declinedf("%s is not a regular file and is not read", name)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, notRead(name, err)
	}
	if len(raw) > maxFile {
		return nil, declinedf("%s is larger than %d MiB and is not read", name, maxFile>>20)
	}
	return raw, nil
}

// notRead tells a file that is not there, which is an error for Terraform too, from one that may not be read.
func notRead(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no file exists at %s", name)
	}
	return declinedf("reading %s: %v", name, err)
}

// inside gives the name of a path within FS.
func (o Options) inside(p string) (string, error) {
	if o.FS == nil {
		return "", declinedf("%q is not read: no files were given", p)
	}
	if strings.HasPrefix(p, "~") || path.IsAbs(p) {
		return "", declinedf("%q lies outside the folder that is scanned and is not read", p)
	}
	name := path.Join(o.Dir, p)
	if name == ".." || strings.HasPrefix(name, "../") {
		return "", declinedf("%q lies outside the folder that is scanned and is not read", p)
	}
	if !fs.ValidPath(name) {
		return "", fmt.Errorf("%q is not the name of a file", p)
	}
	return name, nil
}

func (o Options) existsFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name, err := o.inside(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			info, err := fs.Stat(o.FS, name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return cty.False, nil
			case err != nil:
				return cty.NilVal, notRead(name, err)
			case info.IsDir():
				return cty.NilVal, fmt.Errorf("%s is a folder, not a file", name)
			case !info.Mode().IsRegular():
				return cty.NilVal, fmt.Errorf("%s is not a regular file", name)
			}
			return cty.True, nil
		},
		RefineResult: neverNull,
	})
}

func pathFunctions() map[string]function.Function {
	return map[string]function.Function{
		"abspath":    abspathFunc,
		"basename":   text1("path", func(p string) (string, error) { return path.Base(p), nil }),
		"dirname":    text1("path", func(p string) (string, error) { return path.Dir(p), nil }),
		"pathexpand": pathexpandFunc,
	}
}

// abspathFunc gives an absolute path as it is, cleaned. Others depend on the machine.
var abspathFunc = machinePath(path.IsAbs, path.Clean)

// pathexpandFunc gives a path without "~" as it is. Others depend on the machine.
var pathexpandFunc = machinePath(
	func(p string) bool { return !strings.HasPrefix(p, "~") },
	func(p string) string { return p },
)

func machinePath(settled func(string) bool, result func(string) string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if p := args[0].AsString(); settled(p) {
				return cty.StringVal(result(p)), nil
			}
			return someString, nil
		},
	})
}
