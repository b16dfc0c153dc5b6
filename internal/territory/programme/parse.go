package programme

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"preau/internal/base/errs"
)

// MaxFile is the largest programme file that is read, in bytes.
const MaxFile = 256 << 10

// notEuros is a value that should be an amount in euros.
type notEuros struct {
	line  int
	value string
}

func (e *notEuros) Error() string {
	return fmt.Sprintf("line %d: %q is not an amount in euros", e.line, e.value)
}

// Parse returns the programme of a YAML file. A key that the format does not know is refused. Every
// mistake of a readable file is reported at once: an Invalid error with one field for each, which says
// the line. A file over MaxFile is TooLarge.
func Parse(r io.Reader) (*Programme, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, errs.New(errs.Internal, "programme.error.read").Because(err)
	}
	if len(text) > MaxFile {
		return nil, errs.New(errs.TooLarge, "programme.error.too_large", "n", MaxFile>>10)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errs.NewInvalid("programme.error.not_utf8")
	}
	if line := tooDeep(text); line > 0 {
		return nil, mistaken(errs.Field{Name: "yaml", Key: "programme.error.shape", Args: []any{"line", line}}, nil)
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, yamlError(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, errs.NewInvalid("programme.error.empty")
	}
	if len(file.Docs) > 1 {
		return nil, errs.NewInvalid("programme.error.several_documents")
	}
	p := &Programme{}
	if err := yaml.NodeToValue(file.Docs[0].Body, p, yaml.Strict()); err != nil {
		return nil, yamlError(err)
	}
	c := &checker{p: p, file: file}
	c.all()
	if len(c.fields) > 0 {
		return nil, &errs.Error{Kind: errs.Invalid, Key: "programme.error.file", Args: []any{"n", len(c.fields)}, Fields: c.fields}
	}
	return p, nil
}

// maxDepth bounds the brackets that are open at once: the reader's cost grows with the square of their number.
const maxDepth = 100

// tooDeep returns the line on which more brackets are open than any programme needs, or 0.
func tooDeep(text []byte) int {
	depth, line := 0, 1
	for _, b := range text {
		switch b {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxDepth {
			return line
		}
	}
	return 0
}

// yamlError says in plain words what the YAML reader found, with its line.
func yamlError(err error) error {
	line := 0
	var positioned yaml.Error
	if errors.As(err, &positioned) {
		line = lineOf(positioned.GetToken())
	}
	var (
		unknown   *yaml.UnknownFieldError
		duplicate *yaml.DuplicateKeyError
		wrongType *yaml.TypeError
		overflow  *yaml.OverflowError
		node      *yaml.UnexpectedNodeTypeError
		euros     *notEuros
	)
	field := errs.Field{Name: "yaml"}
	switch {
	case errors.As(err, &unknown):
		field.Key, field.Args = "programme.error.unknown_key", []any{"line", line, "key", textOf(unknown.Token)}
	case errors.As(err, &duplicate):
		field.Key, field.Args = "programme.error.key_twice", []any{"line", line, "key", textOf(duplicate.Token)}
	case errors.As(err, &wrongType):
		field.Key, field.Args = typeKey(wrongType.DstType), []any{"line", line, "value", textOf(wrongType.Token)}
	case errors.As(err, &overflow):
		field.Key, field.Args = "programme.error.number", []any{"line", line, "value", overflow.SrcNum}
	case errors.As(err, &node):
		field.Key, field.Args = "programme.error.shape", []any{"line", line}
	case errors.As(err, &euros):
		field.Key, field.Args = "programme.error.euros", []any{"line", euros.line, "value", euros.value}
	default:
		field.Key, field.Args = "programme.error.syntax", []any{"line", line}
	}
	return mistaken(field, err)
}

// mistaken refuses a file for one mistake.
func mistaken(field errs.Field, cause error) error {
	return &errs.Error{Kind: errs.Invalid, Key: "programme.error.file", Args: []any{"n", 1}, Fields: []errs.Field{field}, Cause: cause}
}

func typeKey(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int64:
		return "programme.error.number"
	case reflect.Bool:
		return "programme.error.bool"
	case reflect.String:
		return "programme.error.string"
	}
	return "programme.error.shape"
}

func lineOf(t *token.Token) int {
	if t == nil || t.Position == nil {
		return 0
	}
	return t.Position.Line
}

func textOf(t *token.Token) string {
	if t == nil {
		return ""
	}
	return t.Value
}

// line returns the line of a path such as measures[2].budget, or of its nearest parent that is there.
func (c *checker) line(path string) int {
	for path != "" {
		if p, err := yaml.PathString("$." + path); err == nil {
			if node, err := p.FilterFile(c.file); err == nil && node != nil {
				return lineOf(firstToken(node))
			}
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return 1
}

// firstToken returns the token where a node starts: a mapping's own token is the colon of its first key.
func firstToken(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	case *ast.SequenceNode:
		if len(n.Values) > 0 {
			return firstToken(n.Values[0])
		}
	}
	return n.GetToken()
}
