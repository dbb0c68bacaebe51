package drawing_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFusion: the pixels are the same on every machine only if no product of floats is fused with a sum. The language
// lets a compiler do so, even across statements and calls, wherever the product is not converted by name.
func TestFusion(t *testing.T) {
	fset := token.NewFileSet()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var files []*ast.File
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			f, err := parser.ParseFile(fset, e.Name(), nil, 0)
			require.NoError(t, err)
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files)
	for _, at := range fused(t, fset, files) {
		assert.Fail(t, "product without a conversion: write float64(a*b)", "%s", fset.Position(at))
	}
	for _, call := range calls(t, fset, files) {
		assert.Fail(t, "this function does not give the same result on every machine", "%s: math.%s", fset.Position(call.Pos()), call.Sel.Name)
	}
}

// TestFusionNotices: the test above sees what it should.
func TestFusionNotices(t *testing.T) {
	for source, want := range map[string]int{
		`x + y*z`:                        1,
		`x + float64(y*z)`:               0,
		`x - (y * z)`:                    1,
		`x + y*z/2`:                      0,
		`x + float64(y*z*2)`:             0,
		`x + 2*3`:                        0,
		`x + float64(float64(y*z)+z)*2`:  1,
		`-(y * z)`:                       1,
		`f(y * z)`:                       1,
		`float64(int(x)*3) + y`:          0,
		`x + float64(float32(y)*3)`:      0,
		`x + float64(float64(y*z) * -2)`: 0,
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", "package p\nfunc f(x float64) float64 { return x }\nvar x, y, z = f(1), f(2), f(3)\nvar w = "+source, 0)
		require.NoError(t, err)
		assert.Len(t, fused(t, fset, []*ast.File{f}), want, source)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", "package p\nimport \"math\"\nfunc f(x, y float64) float64 { x *= y; return math.Sqrt(x) + math.Sin(y) }", 0)
	require.NoError(t, err)
	assert.Len(t, fused(t, fset, []*ast.File{f}), 1)
	assert.Len(t, calls(t, fset, []*ast.File{f}), 1)
}

func check(t *testing.T, fset *token.FileSet, files []*ast.File) *types.Info {
	t.Helper()
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	_, err := config.Check("p", fset, files, info)
	require.NoError(t, err)
	return info
}

func isFloat(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsFloat != 0
}

// fused are the products that a compiler may fuse with a sum: all that are neither constant, nor converted, nor factors
// of another product or a quotient.
func fused(t *testing.T, fset *token.FileSet, files []*ast.File) (found []token.Pos) {
	t.Helper()
	info := check(t, fset, files)
	safe := make(map[ast.Expr]bool)
	var mark func(e ast.Expr)
	mark = func(e ast.Expr) {
		if p, ok := e.(*ast.ParenExpr); ok {
			mark(p.X)
			return
		}
		safe[e] = true
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if info.Types[n.Fun].IsType() && isFloat(info.Types[n].Type) {
					mark(n.Args[0])
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN && isFloat(info.Types[n.Lhs[0]].Type) {
					found = append(found, n.Pos())
				}
			case *ast.BinaryExpr:
				product := n.Op == token.MUL && isFloat(info.Types[n].Type)
				if n.Op == token.QUO || product {
					mark(n.X)
					mark(n.Y)
				}
				if product && info.Types[n].Value == nil && !safe[n] {
					found = append(found, n.Pos())
				}
			}
			return true
		})
	}
	return found
}

// exact are the functions of package math that have one right result, and give it everywhere.
var exact = map[string]bool{
	"Abs": true, "Sqrt": true, "Floor": true, "Ceil": true, "Trunc": true, "Round": true, "Mod": true, "Copysign": true,
	"Inf": true, "IsInf": true, "IsNaN": true,
}

// calls are the uses of other functions of package math.
func calls(t *testing.T, fset *token.FileSet, files []*ast.File) (found []*ast.SelectorExpr) {
	t.Helper()
	info := check(t, fset, files)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := s.X.(*ast.Ident)
			if ok && x.Name == "math" && info.Types[s].Value == nil && !exact[s.Sel.Name] {
				found = append(found, s)
			}
			return true
		})
	}
	return found
}
