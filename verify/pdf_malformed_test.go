package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/verify"
)

// malformed is a signature dictionary whose value is right over what its range
// names, and whose form is not as required. {R} is the range that leaves out
// /Contents, {C} the string of /Contents.
type malformed struct {
	name, dictionary string
	change           func(file []byte, start, end int) [4]int // the range; nil for the right one
	attached, pad    bool
}

const rightDictionary = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange {R} /Contents {C} >>"

func malformedSignatures() []malformed {
	with := func(old, now string) string { return strings.Replace(rightDictionary, old, now, 1) }
	moved := func(a, b, c, d int) func([]byte, int, int) [4]int {
		return func(file []byte, start, end int) [4]int {
			return [4]int{a, start - a + b, end + c, len(file) - end - c + d}
		}
	}
	return []malformed{
		{name: "right", dictionary: rightDictionary},
		{name: "gap begins before the string", dictionary: rightDictionary, change: moved(0, -1, 0, 0)},
		{name: "gap begins with the key", dictionary: rightDictionary, change: moved(0, -len("/Contents "), 0, 0)},
		{name: "gap begins inside the string", dictionary: rightDictionary, change: moved(0, 1, 0, 0)},
		{name: "gap ends behind the string", dictionary: rightDictionary, change: moved(0, 0, 1, 0)},
		{name: "gap ends inside the string", dictionary: rightDictionary, change: moved(0, 0, -1, 0)},
		{name: "begins behind the header", dictionary: rightDictionary, change: moved(1, 0, 0, 0)},
		{name: "ends before the end", dictionary: rightDictionary, change: moved(0, 0, 0, -2)},
		{name: "ends long before the end", dictionary: rightDictionary, change: moved(0, 0, 0, -50)},
		{name: "second part is empty", dictionary: rightDictionary, change: func(_ []byte, start, end int) [4]int { return [4]int{0, start, end, 0} }},
		{name: "first part is empty", dictionary: rightDictionary, change: func(file []byte, _, end int) [4]int { return [4]int{0, 0, end, len(file) - end} }},
		{name: "no type of its own", dictionary: with("/Type /Sig", "/Type /DocTimeStamp")},
		{name: "another type", dictionary: with("/Type /Sig", "/Type /Catalog")},
		{name: "contents twice", dictionary: with("/Contents {C}", "/Contents <00> /Contents {C}")},
		{name: "contents twice, the right one first", dictionary: with("/Contents {C}", "/Contents {C} /Contents <00>")},
		{name: "range twice", dictionary: with("/ByteRange {R}", "/ByteRange [0 1 2 3] /ByteRange {R}")},
		{name: "filter twice", dictionary: with("/SubFilter", "/SubFilter /ETSI.CAdES.detached /SubFilter")},
		{name: "contents in another dictionary", dictionary: with("/Contents {C}", "/Contents <00> /Inner << /Contents {C} >>")},
		{name: "contents below another key", dictionary: with("/Contents {C}", "/Contents <00> /Other {C}")},
		{name: "range of two numbers", dictionary: with("{R}", "[0 100]")},
		{name: "range of six numbers", dictionary: with("{R}", "[0 10 20 10 40 100]")},
		{name: "range of real numbers", dictionary: with("{R}", "[0.0 10.0 20.0 30.0]")},
		{name: "range with a negative number", dictionary: with("{R}", "[0 10 -20 30]")},
		{name: "range beyond the file", dictionary: with("{R}", "[0 10 20 99999999]")},
		{name: "parts overlap", dictionary: with("{R}", "[0 600 500 100]")},
		{name: "no form of its own", dictionary: with("/SubFilter /adbe.pkcs7.detached", "")},
		{name: "form of a timestamp", dictionary: with("/adbe.pkcs7.detached", "/ETSI.RFC3161")},
		{name: "form with a digest inside", dictionary: with("/adbe.pkcs7.detached", "/adbe.pkcs7.sha1")},
		{name: "form without CMS", dictionary: with("/adbe.pkcs7.detached", "/adbe.x509.rsa_sha1")},
		{name: "content inside", dictionary: rightDictionary, attached: true},
		{name: "padding that is not zero", dictionary: rightDictionary, pad: true},
	}
}

// TestPDFMalformed: a right value does not help a signature of a wrong form.
func TestPDFMalformed(t *testing.T) {
	for _, c := range malformedSignatures() {
		t.Run(c.name, func(t *testing.T) {
			file := c.sign(t)
			r, err := verify.PDF(context.Background(), bytes.NewReader(file), int64(len(file)), pdfOptions(t))
			valid := err == nil && (r.Valid() || (sample{}).accepted(r))
			if want := c.name == "right"; valid != want {
				t.Errorf("valid is %v: %v %s", valid, err, judged{report: r}.why())
			}
		})
	}
}

func (c malformed) sign(t *testing.T) []byte {
	t.Helper()
	const room = 20000 // for the document inside the message too
	zeros := "<" + strings.Repeat("0", 2*room) + ">"
	body := strings.NewReplacer("{R}", "[0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC DDDDDDDDDD]", "{C}", zeros).Replace(c.dictionary)
	m := made{t, formPDF()}
	file := m.later(map[int]string{100: body, objEmpty: m.with(objEmpty, "/FT /Sig", "/FT /Sig /V 100 0 R")})
	start := bytes.Index(file, []byte(zeros))
	end := start + len(zeros)
	r := [4]int{0, start, end, len(file) - end}
	if c.change != nil {
		r = c.change(file, start, end)
	}
	numbers := fmt.Sprintf("[%d %d %d %d", r[0], r[1], r[2], r[3])
	placeholder := "[0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC DDDDDDDDDD]"
	file = bytes.Replace(file, []byte(placeholder), fmt.Appendf(nil, "%-*s]", len(placeholder)-1, numbers), 1)
	covered := append(bytes.Clone(file[r[0]:r[0]+r[1]]), file[r[2]:r[2]+r[3]]...)
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, bytes.NewReader(covered), int64(len(covered)), pdfOrgKey(), sign.CMSOptions{Attached: c.attached}); err != nil {
		t.Fatal(err)
	}
	value := out.Bytes()
	if c.pad {
		value = append(value, 0, 0, 1)
	}
	if len(value) > room {
		t.Fatalf("%d bytes do not fit", len(value))
	}
	copy(file[start+1:], fmt.Appendf(nil, "%x", value))
	return file
}
