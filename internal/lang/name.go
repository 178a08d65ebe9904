package lang

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Display makes a name fit for one line of a terminal: as it is, or quoted when
// it holds what does not print, or looks as if it were quoted.
func Display(name string) string {
	if name == "" || name[0] == '"' || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsPrint(r) && r != '\u3000' // U+3000 is ordinary in Japanese names
	}) {
		return strconv.Quote(name)
	}
	return name
}

// NameHex returns a name in hexadecimal digits when Display quotes it, else "". JSON has
// no octets but those of text, and programs must know which file is meant.
func NameHex(name string) string {
	if Display(name) == name {
		return ""
	}
	return hex.EncodeToString([]byte(name))
}
