package folder

import (
	"bufio"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Sum is one line of a manifest: a file and the SHA-256 of its content.
type Sum struct {
	Name   string // relative to the manifest's folder, with slashes
	SHA256 [32]byte
}

// WriteSums writes a manifest as sha256sum does: the digest in hex, two spaces,
// the name. A name with a backslash, a newline or a carriage return is escaped
// by backslashes, and its line begins with one.
func WriteSums(w io.Writer, sums iter.Seq[Sum]) error {
	b := bufio.NewWriter(w)
	escape := strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)
	for s := range sums {
		name := escape.Replace(s.Name)
		if name != s.Name {
			b.WriteByte('\\')
		}
		b.WriteString(hex.EncodeToString(s.SHA256[:]))
		b.WriteString("  ")
		b.WriteString(name)
		b.WriteByte('\n')
	}
	return b.Flush()
}

// ReadSums reads what WriteSums or sha256sum wrote, also its binary mode ("*"
// before the name). It ends after the first error, which names the line.
func ReadSums(r io.Reader) iter.Seq2[Sum, error] {
	return func(yield func(Sum, error) bool) {
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, 2*maxName) // every byte may be escaped
		line := 0
		for scanner.Scan() {
			line++
			s, ok := parseSum(scanner.Text())
			if !ok {
				yield(s, lang.Errorf("line %d is not a SHA-256 and a name", "%d行目がSHA-256と名前の形式ではありません", line))
				return
			}
			if !yield(s, nil) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			if errors.Is(err, bufio.ErrTooLong) {
				err = lang.Errorf("line %d is too long", "%d行目が長すぎます", line+1)
			}
			yield(Sum{}, err)
		}
	}
}

func parseSum(line string) (s Sum, ok bool) {
	line, escaped := strings.CutPrefix(line, `\`)
	const digits = 2 * len(s.SHA256)
	if len(line) < digits+3 || line[digits] != ' ' || line[digits+1] != ' ' && line[digits+1] != '*' {
		return s, false
	}
	if _, err := hex.Decode(s.SHA256[:], []byte(line[:digits])); err != nil {
		return s, false
	}
	s.Name, ok = line[digits+2:], true
	if escaped {
		s.Name, ok = unescape(s.Name)
	}
	return s, ok
}

// unescape undoes the escapes of WriteSums; others are refused.
func unescape(name string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '\\' {
			b.WriteByte(name[i])
			continue
		}
		if i++; i == len(name) {
			return "", false
		}
		switch name[i] {
		case '\\':
			b.WriteByte('\\')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		default:
			return "", false
		}
	}
	return b.String(), true
}
