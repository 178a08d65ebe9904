package lang

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Display makes a name fit for one line of a terminal: as it is, or quoted when
// it holds what does not print.
func Display(name string) string {
	if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsPrint(r) && r != '\u3000' // U+3000 is ordinary in Japanese names
	}) {
		return strconv.Quote(name)
	}
	return name
}
