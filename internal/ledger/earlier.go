package ledger

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/jsign-jp/jsign/internal/lang"
)

// How reports begin; no document of other programs does.
const (
	csvBegin  = byteOrderMark + "state,"
	jsonBegin = "{\n\"version\": 1,\n\"title\": "
	htmlMark  = `<meta name="generator" content="jsign">` // follows the language, in the first lines
	markLimit = 256
)

// CheckReplace refuses a report that would take the place of something other than
// an earlier report of its format: a document with the report's name, say. A file
// that does not exist, or is empty, is no obstacle.
func CheckReplace(name string, format Format) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil // whoever writes the report says what is wrong
	}
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	begin, err := io.ReadAll(io.LimitReader(f, markLimit))
	if err != nil || len(begin) == 0 || isReport(begin, format) {
		return err
	}
	return lang.WithHint(lang.Errorf("%s exists already and is not a report", "%sはすでに存在し、報告書ではありません", lang.Display(name)),
		"choose another name for the report", "報告書には別の名前を指定してください")
}

func isReport(begin []byte, format Format) bool {
	switch format {
	case CSV:
		return bytes.HasPrefix(begin, []byte(csvBegin))
	case JSON:
		return bytes.HasPrefix(begin, []byte(jsonBegin))
	}
	return bytes.Contains(begin, []byte(htmlMark))
}
