package sign_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

func levelAnchors(t testing.TB) *trust.Store {
	t.Helper()
	store := trust.NewStore()
	for _, name := range []string{ca.OrgRoot, ca.TSACA} {
		c, err := trust.ParseCertificate(ca.DER(name))
		if err != nil {
			t.Fatal(err)
		}
		store.AddCertificate(c)
	}
	return store
}

// levelCopy signs or extends at a level.
type levelCopy struct {
	name  string
	level sign.Level
	pdf   []byte
	cms   []byte
}

func levelCopies(t testing.TB) (list []levelCopy) {
	t.Helper()
	d := newDesk(t)
	content := []byte(cmsText)
	for level := sign.BB; level <= sign.BLTA; level++ {
		list = append(list, levelCopy{"signed", level,
			signLevel(t, plain(), rsaKey(), sign.PDFOptions{Level: d.options(level)}),
			cmsSign(t, newCMSKey("org-rsa2048.pem"), content, sign.CMSOptions{Attached: true, Level: d.options(level)})})
	}
	for _, level := range append(levels(), sign.BLTA) {
		opt := sign.ExtendOptions{Level: d.options(level)}
		last := list[len(list)-1]
		if level == sign.BT {
			last = list[0]
		}
		pdf, _ := extendPDF(t, last.pdf, opt)
		message, _, err := extendCMS(t, last.cms, opt)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, levelCopy{"extended", level, pdf, message})
	}
	return list
}

// TestLevelsVerify: package verify finds the level that was reached, and nothing
// against the signature where what it needs is in the file.
func TestLevelsVerify(t *testing.T) {
	t.Parallel()
	anchors := levelAnchors(t)
	for i, x := range levelCopies(t) {
		t.Run(fmt.Sprintf("%d %s %s", i, x.name, x.level), func(t *testing.T) {
			options := trust.Options{Anchors: anchors}
			// Below B-LT nothing in the file tells whether the authority was revoked.
			reporting := verify.ReportOptions{RevocationOptional: x.level < sign.BLT}
			report, err := verify.PDF(context.Background(), bytes.NewReader(x.pdf), int64(len(x.pdf)), verify.PDFOptions{Trust: options, ReportOptions: reporting})
			if err != nil {
				t.Fatal(err)
			}
			checkFoundLevel(t, "PDF", report, x.level)
			m, err := verify.Open(verify.Input{Bytes: x.cms}, verify.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			result := m.Check(verify.CheckOptions{Trust: options})
			report = m.Report(context.Background(), result, reporting)
			checkFoundLevel(t, "CMS", report, x.level)
		})
	}
}

func checkFoundLevel(t *testing.T, form string, report *verify.Report, level sign.Level) {
	t.Helper()
	s := report.Signatures[0]
	if found := strings.ToLower(string(s.Level)); found != level.String() {
		t.Errorf("%s: found %q", form, found)
	}
	if level >= sign.BLT && s.Indication != verify.TotalPassed {
		t.Errorf("%s: %s %s, %v", form, s.Indication, s.SubIndication, s.Findings)
	}
}
