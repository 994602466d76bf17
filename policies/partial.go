package policies

import (
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// lazyCompiler compiles inlined modules when partial evaluation first needs them.
type lazyCompiler struct {
	once     sync.Once
	compiler *ast.Compiler
	err      error
}

func (l *lazyCompiler) get(modules map[string]*ast.Module) (*ast.Compiler, error) {
	l.once.Do(func() { l.compiler, l.err = compile(modules, nil) })
	return l.compiler, l.err
}
