package terraform

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// mountDir is where modules from elsewhere appear, below the scanned folder; no configuration can lie
// there, since a file of that name would have to be made on purpose and is then hidden.
const mountDir = ".plumb-modules"

// mounts is the scanned folder with the folders of other modules below mountDir, so that every module has
// one path and every function reads through one fs.FS. Symbolic links are followed inside the folder only.
type mounts struct {
	base    fs.FS
	dir     string // the folder that labels are relative to
	folders []mount
	real    map[string]string // folder -> the folder without symbolic links; "" when it leads outside
}

type mount struct {
	fsys   fs.FS
	source string // as people know it: "github.com/terraform-aws-modules/terraform-aws-vpc"
}

var errOutside = errors.New("leads outside the scanned folder")

// add makes a module's folder readable and gives its path.
func (m *mounts) add(source string, fsys fs.FS) string {
	for i, f := range m.folders {
		if f.source == source {
			return path.Join(mountDir, strconv.Itoa(i))
		}
	}
	m.folders = append(m.folders, mount{fsys, source})
	return path.Join(mountDir, strconv.Itoa(len(m.folders)-1))
}

// find splits a path into the file system that has it and the name there.
func (m *mounts) find(name string) (fs.FS, string) {
	rest, ok := strings.CutPrefix(name, mountDir+"/")
	if !ok {
		return m.base, name
	}
	number, inner, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(m.folders) {
		return m.base, name
	}
	if inner == "" {
		inner = "."
	}
	return m.folders[n].fsys, inner
}

// label is the path as people know it.
func (m *mounts) label(name string) string {
	rest, ok := strings.CutPrefix(name, mountDir+"/")
	if !ok {
		return seenFrom(m.dir, name)
	}
	number, inner, _ := strings.Cut(rest, "/")
	if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(m.folders) {
		return strings.TrimSuffix(m.folders[n].source+"//"+inner, "//")
	}
	return name
}

// seenFrom gives name as seen from dir: "../modules/vpc" from "stages/prod" is "../../modules/vpc".
func seenFrom(dir, name string) string {
	if dir == "." || dir == "" {
		return name
	}
	up := ""
	for dir != "." && dir != name && !strings.HasPrefix(name, dir+"/") {
		dir, up = path.Dir(dir), up+"../"
	}
	if dir == name {
		return path.Clean(up + ".")
	}
	if dir != "." {
		name = strings.TrimPrefix(name, dir+"/")
	}
	return up + name
}

// within says whether two paths belong to the same module package: a relative source may not leave its own.
func within(a, b string) bool {
	return packageOf(a) == packageOf(b)
}

func packageOf(name string) string {
	rest, ok := strings.CutPrefix(name, mountDir+"/")
	if !ok {
		return ""
	}
	number, _, _ := strings.Cut(rest, "/")
	return number
}

// Open implements fs.FS. It refuses names that leave the folder, also through symbolic links.
func (m *mounts) Open(name string) (fs.File, error) {
	fsys, inner, err := m.inside(name)
	if err != nil {
		return nil, err
	}
	return fsys.Open(inner)
}

// ReadDir implements fs.ReadDirFS.
func (m *mounts) ReadDir(name string) ([]fs.DirEntry, error) {
	fsys, inner, err := m.inside(name)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(fsys, inner)
}

func (m *mounts) inside(name string) (fs.FS, string, error) {
	if !fs.ValidPath(name) {
		return nil, "", &fs.PathError{Op: "open", Path: name, Err: errOutside}
	}
	fsys, inner := m.find(name)
	if _, err := m.resolve(fsys, inner, packageOf(name), 0); err != nil {
		return nil, "", &fs.PathError{Op: "open", Path: m.label(name), Err: err}
	}
	return fsys, inner, nil
}

// canonical gives the path of a folder without symbolic links, by which recursion is recognised.
func (m *mounts) canonical(dir string) string {
	fsys, inner := m.find(dir)
	real, err := m.resolve(fsys, inner, packageOf(dir), 0)
	if err != nil {
		return dir
	}
	return packageOf(dir) + ":" + real
}

// maxLinks is how many symbolic links one path may go through, as in Linux.
const maxLinks = 40

// resolve follows the symbolic links of a name. A file system that knows no links has none.
func (m *mounts) resolve(fsys fs.FS, name, pack string, links int) (string, error) {
	if _, ok := fsys.(fs.ReadLinkFS); !ok || name == "." {
		return name, nil
	}
	key := pack + ":" + name
	if real, ok := m.real[key]; ok {
		if real == "" {
			return "", errOutside
		}
		return real, nil
	}
	parent, err := m.resolve(fsys, path.Dir(name), pack, links)
	if err != nil {
		return "", err
	}
	real, err := m.step(fsys, path.Join(parent, path.Base(name)), pack, links)
	if errors.Is(err, errOutside) {
		m.real[key] = ""
	} else if err == nil {
		m.real[key] = real
	}
	return real, err
}

func (m *mounts) step(fsys fs.FS, name, pack string, links int) (string, error) {
	info, err := fs.Lstat(fsys, name)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return name, nil //nolint:nilerr // opening it will say what is wrong
	}
	target, err := fs.ReadLink(fsys, name)
	if err != nil {
		return "", fmt.Errorf("reading the link %s: %w", name, err)
	}
	if !path.IsAbs(target) {
		target = path.Join(path.Dir(name), target)
	}
	switch {
	case links >= maxLinks:
		return "", fmt.Errorf("%s goes round in symbolic links", name)
	case !fs.ValidPath(target):
		return "", errOutside
	}
	return m.resolve(fsys, target, pack, links+1)
}
