package sign_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"os"
	"testing"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/sign"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func extendPDF(t testing.TB, file []byte, opt sign.ExtendOptions) ([]byte, *sign.Extension) {
	t.Helper()
	var out bytes.Buffer
	x, err := sign.ExtendPDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), opt)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out.Bytes(), file) {
		t.Error("the old file is no prefix of the new one")
	}
	return out.Bytes(), x
}

func refuseExtension(t testing.TB, file []byte, opt sign.ExtendOptions) error {
	t.Helper()
	var out bytes.Buffer
	_, err := sign.ExtendPDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), opt)
	if err == nil || out.Len() > 0 {
		t.Errorf("extended: %v, %d bytes", err, out.Len())
	}
	return err
}

// TestExtendPDF climbs from B-B step by step and renews the archive timestamp.
func TestExtendPDF(t *testing.T) {
	t.Parallel()
	d, j := newDesk(t), newJudges(t)
	options := func(l sign.Level) sign.ExtendOptions { return sign.ExtendOptions{Level: d.options(l)} }
	file := signLevel(t, plain(), rsaKey(), sign.PDFOptions{})
	for _, step := range []struct {
		level      sign.Level
		signatures int
		crls       int
	}{{sign.BT, 2, 0}, {sign.BLT, 2, 2}, {sign.BLTA, 3, 2}, {sign.BLTA, 4, 2}} {
		extended, x := extendPDF(t, file, options(step.level))
		if x.Level != step.level || x.Signatures != 1 || x.Missed != nil || len(x.Warnings) > 0 {
			t.Errorf("%+v", x)
		}
		list := findSignatures(t, extended, "")
		store, err := pades.ReadDSS(openPDF(t, extended, "").Revision)
		if err != nil || len(list) != step.signatures || len(store.CRLs) != step.crls {
			t.Errorf("%v: %d signatures, %d CRLs, %v", step.level, len(list), len(store.CRLs), err)
		}
		if last := list[len(list)-1]; step.level != sign.BLT {
			checkDocumentTimestamp(t, extended, last)
		}
		if results := j.pdfsig(j.put("extended.pdf", extended), ""); len(results) == 0 || !results[0].valid {
			t.Errorf("pdfsig: %+v", results)
		}
		file = extended
	}
	for _, level := range []sign.Level{sign.BT} {
		if err := refuseExtension(t, file, options(level)); !errors.Is(err, sign.ErrNothingToAdd) {
			t.Errorf("%v again: %v", level, err)
		}
	}
	// What validates the last archive timestamp is stored under its name, once.
	again, _ := extendPDF(t, file, options(sign.BLT))
	if err := refuseExtension(t, again, options(sign.BLT)); !errors.Is(err, sign.ErrNothingToAdd) {
		t.Errorf("b-lt again: %v", err)
	}
	if n := bytes.Count(again, ca.DER("tsa-ca.crl")); n != 1 {
		t.Errorf("the authority's CRL is stored %d times", n)
	}
}

// TestExtendPDFDirectly goes from B-B to B-LTA at once, for two signers, one of
// whom certified the document against any change.
func TestExtendPDFDirectly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, file := range map[string][]byte{
		"co-signed": signLevel(t, signLevel(t, plain(), rsaKey(), sign.PDFOptions{}), p384Key(), sign.PDFOptions{}),
		"certified": signLevel(t, plain(), rsaKey(), sign.PDFOptions{Certify: 1}),
		"registry":  signMOJ(t, plain()),
	} {
		t.Run(name, func(t *testing.T) {
			before := len(findSignatures(t, file, ""))
			extended, x := extendPDF(t, file, sign.ExtendOptions{Level: d.options(sign.BLTA)})
			if n := len(findSignatures(t, extended, "")); n != before+2 || x.Signatures != before {
				t.Errorf("%d signatures, %d lifted", n, x.Signatures)
			}
			if (len(x.Warnings) > 0) != (name == "registry") {
				t.Errorf("warnings %v", x.Warnings)
			}
		})
	}
}

func signMOJ(t testing.TB, file []byte) []byte {
	t.Helper()
	doc, err := preparePDF(file, sign.PDFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return finished(t, doc, rsaKey())
}

// TestExtendPDFRefuses: documents that cannot be lifted, and data that cannot be
// had; then no token is spent.
func TestExtendPDFRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	signed := signLevel(t, plain(), rsaKey(), sign.PDFOptions{})
	broken := bytes.Replace(signed, []byte("The parties agree"), []byte("The parties argue"), 1)
	if bytes.Equal(broken, signed) {
		broken = bytes.Replace(signed, []byte("/Font"), []byte("/font"), 1)
	}
	for name, file := range map[string][]byte{"unsigned": plain(), "broken": broken, "no PDF": []byte("text")} {
		t.Run(name, func(t *testing.T) {
			refuseExtension(t, file, sign.ExtendOptions{Level: d.options(sign.BLTA)})
		})
	}
	refuseExtension(t, signed, sign.ExtendOptions{})
	d.missing = true
	if err := refuseExtension(t, signed, sign.ExtendOptions{Level: d.options(sign.BLT)}); !errors.Is(err, errNoData) {
		t.Error(err)
	}
	if d.stamped > 0 {
		t.Errorf("%d tokens were spent", d.stamped)
	}
	opt := d.options(sign.BLT)
	opt.BestEffort = true
	extended, x := extendPDF(t, signed, sign.ExtendOptions{Level: opt})
	if x.Level != sign.BT || !errors.Is(x.Missed, errNoData) || len(findSignatures(t, extended, "")) != 2 {
		t.Errorf("best effort: %+v", x)
	}
	if err := refuseExtension(t, extended, sign.ExtendOptions{Level: opt}); !errors.Is(err, errNoData) {
		t.Errorf("best effort again: %v", err)
	}
}

func extendCMS(t testing.TB, message []byte, opt sign.ExtendOptions) ([]byte, *sign.Extension, error) {
	t.Helper()
	var out bytes.Buffer
	x, err := sign.ExtendCMS(context.Background(), &out, bytes.NewReader(message), int64(len(message)), opt)
	if err != nil && out.Len() > 0 {
		t.Errorf("%v, and %d octets were written", err, out.Len())
	}
	return out.Bytes(), x, err
}

// TestExtendCMS climbs step by step, attached and detached, and renews the archive
// timestamp; each archive timestamp before stays valid.
func TestExtendCMS(t *testing.T) {
	t.Parallel()
	content := []byte(cmsText)
	for _, opt := range []sign.CMSOptions{{}, {Attached: true}, {Digest: crypto.SHA384}, {Format: sign.PEM}, {Format: sign.SMIME, Attached: true}} {
		t.Run(cmsName(opt.Format, opt.Attached, false)+opt.Digest.String(), func(t *testing.T) {
			d := newDesk(t)
			message := cmsSign(t, newCMSKey("org-rsa2048.pem"), content, opt)
			for i, level := range []sign.Level{sign.BT, sign.BLT, sign.BLTA, sign.BLTA} {
				x := sign.ExtendOptions{Level: d.options(level)}
				if !opt.Attached {
					x.Content, x.ContentSize = bytes.NewReader(content), int64(len(content))
				}
				extended, result, err := extendCMS(t, message, x)
				if err != nil || result.Level != level || result.Signatures != 1 {
					t.Fatalf("%v: %+v, %v", level, result, err)
				}
				message = extended
				cmsVerify(t, message, content, opt)
				if opt.Format == sign.DER {
					checkExtended(t, message, content, i-1)
				}
			}
		})
	}
}

func checkExtended(t *testing.T, message, content []byte, archives int) {
	t.Helper()
	sd := cmsDecode(t, message, content, "org-rsa2048.pem")
	s := &sd.Signers[0]
	found := s.UnsignedAttrs.Get(der.AttributeArchiveTimeStampV3)
	if len(found) != max(archives, 0) || len(s.UnsignedAttrs.Get(der.AttributeTimeStampToken)) != 1 {
		t.Errorf("%d archive timestamps, want %d", len(found), archives)
	}
	if archives == 1 {
		checkArchive(t, sd, s, found[0].Values[0], content, der.Hash(s.DigestAlgorithm.Algorithm))
	}
}

// TestExtendCMSKeeps: BER that others made is lifted, and every octet that is signed
// stays; nothing changes without need.
func TestExtendCMSKeeps(t *testing.T) {
	t.Parallel()
	d, dir := newDesk(t), t.TempDir()
	content := []byte(cmsText)
	cert, key := cmsWrite(t, dir, "c.pem", ca.PEM(ca.OrgRSA2048)), cmsWrite(t, dir, "k.pem", ca.PEM(ca.KeyFile(ca.OrgRSA2048)))
	in, out := cmsWrite(t, dir, "in", content), dir+"/out"
	for _, flags := range [][]string{{"-nodetach", "-stream"}, {"-nodetach", "-stream", "-cades"}, {"-nodetach", "-keyid", "-cades"}} {
		args := append([]string{"cms", "-sign", "-binary", "-signer", cert, "-inkey", key, "-in", in, "-outform", "DER", "-out", out}, flags...)
		if _, text, err := openssl(t, dir, args...); err != nil {
			t.Fatal(text)
		}
		made, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		extended, x, err := extendCMS(t, made, sign.ExtendOptions{Level: d.options(sign.BLTA)})
		if err != nil {
			t.Fatal(err)
		}
		before, after := cmsDecode(t, made, content, ca.OrgRSA2048), cmsDecode(t, extended, content, ca.OrgRSA2048)
		if !bytes.Equal(before.Signers[0].SignedAttrs.Raw, after.Signers[0].SignedAttrs.Raw) || !bytes.Equal(before.Signers[0].Signature, after.Signers[0].Signature) {
			t.Errorf("%v: what is signed was changed", flags)
		}
		if bare := len(flags) == 2; (len(x.Warnings) > 0) != bare {
			t.Errorf("%v: warnings %v", flags, x.Warnings)
		}
		checkArchive(t, after, &after.Signers[0], after.Signers[0].UnsignedAttrs.Get(der.AttributeArchiveTimeStampV3)[0].Values[0], content, crypto.SHA256)
	}
}

// TestExtendCMSRefuses: each with its reason, and nothing written.
func TestExtendCMSRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := []byte(cmsText)
	detached := cmsSign(t, newCMSKey("org-rsa2048.pem"), content, sign.CMSOptions{})
	if _, _, err := extendCMS(t, detached, sign.ExtendOptions{Level: d.options(sign.BLTA)}); !errors.Is(err, sign.ErrDetached) {
		t.Errorf("without the content: %v", err)
	}
	other := []byte("another text")
	if _, _, err := extendCMS(t, detached, sign.ExtendOptions{Level: d.options(sign.BT), Content: bytes.NewReader(other), ContentSize: int64(len(other))}); err == nil {
		t.Error("with another content")
	}
	sd := cmsDecode(t, detached, content, ca.OrgRSA2048)
	forged := bytes.Replace(detached, sd.Signers[0].Signature[:16], make([]byte, 16), 1)
	if _, _, err := extendCMS(t, forged, sign.ExtendOptions{Level: d.options(sign.BT)}); err == nil {
		t.Error("a wrong value")
	}
	multipart := cmsSign(t, newCMSKey("org-rsa2048.pem"), content, sign.CMSOptions{Format: sign.SMIME})
	if _, _, err := extendCMS(t, multipart, sign.ExtendOptions{Level: d.options(sign.BT)}); err == nil {
		t.Error("multipart/signed")
	}
	stamped, _, err := extendCMS(t, detached, sign.ExtendOptions{Level: d.options(sign.BT)})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := extendCMS(t, stamped, sign.ExtendOptions{Level: d.options(sign.BT)}); !errors.Is(err, sign.ErrNothingToAdd) {
		t.Errorf("again: %v", err)
	}
	d.missing = true
	spent := d.stamped
	if _, _, err := extendCMS(t, detached, sign.ExtendOptions{Level: d.options(sign.BLT)}); !errors.Is(err, errNoData) || d.stamped != spent {
		t.Errorf("no data: %v, %d tokens", err, d.stamped-spent)
	}
}

// TestExtendRefusesForeignTimestamps: a timestamp of something else is no timestamp
// of the signature, and another one over both makes nothing better.
func TestExtendRefusesForeignTimestamps(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	content := []byte(cmsText)
	token, err := d.timestamp(context.Background(), crypto.SHA256, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	foreign := d.options(sign.BT)
	foreign.Timestamp = func(context.Context, crypto.Hash, []byte) ([]byte, error) { return token, nil }
	var out bytes.Buffer
	if err := sign.CMS(context.Background(), &out, bytes.NewReader(content), int64(len(content)), newCMSKey("org-rsa2048.pem"), sign.CMSOptions{Level: foreign}); err == nil || out.Len() > 0 {
		t.Error("a foreign timestamp was embedded")
	}
	sd := cmsDecode(t, cmsSign(t, newCMSKey("org-rsa2048.pem"), content, sign.CMSOptions{}), content, ca.OrgRSA2048)
	if sd.Signers[0], err = sd.Signers[0].WithUnsigned(cms.Attribute{Type: der.AttributeTimeStampToken, Values: [][]byte{token}}); err != nil {
		t.Fatal(err)
	}
	message, err := (&cms.Message{ContentType: der.Data, Existing: sd}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := extendCMS(t, message, sign.ExtendOptions{Level: d.options(sign.BLT)}); err == nil {
		t.Error("CMS")
	}
	file := signLevel(t, plain(), rsaKey(), sign.PDFOptions{})
	plan, err := pades.NewPlan(openPDF(t, file, ""), pades.Request{SubFilter: pades.SubFilterTimestamp})
	if err != nil {
		t.Fatal(err)
	}
	layout, err := plan.Layout("", len(token))
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Embed(token); err != nil {
		t.Fatal(err)
	}
	refuseExtension(t, append(file, layout.Bytes()...), sign.ExtendOptions{Level: d.options(sign.BLTA)})
}

// FuzzExtendCMS: no input makes the lifting panic, and what is lifted has the signers
// and the content that it had.
func FuzzExtendCMS(f *testing.F) {
	d, content := newDesk(f), []byte(cmsText)
	for _, opt := range []sign.CMSOptions{{Attached: true}, {Attached: true, Format: sign.PEM}} {
		opt.Level = d.options(sign.BT) // no token is made below
		f.Add(cmsSign(f, newCMSKey("org-p256.pem"), content, opt))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		opt := sign.LevelOptions{Level: sign.BLT, Validation: func(_ context.Context, q sign.ValidationQuery) (sign.ValidationData, error) {
			return sign.ValidationData{Certificates: [][]byte{q.Certificate.Raw, ca.DER(ca.OrgRoot)}, CRLs: [][]byte{ca.DER("org-ca.crl")}, OCSPs: [][]byte{ca.DER("org-rsa2048.ocsp")}}, nil
		}}
		var out bytes.Buffer
		if _, err := sign.ExtendCMS(context.Background(), &out, bytes.NewReader(message), int64(len(message)), sign.ExtendOptions{Level: opt}); err != nil {
			return
		}
		if format, _ := sign.FormatOf(bytes.NewReader(message), int64(len(message))); format != sign.DER {
			return
		}
		before, err := cms.DecodeBytes(message, cms.DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		after, err := cms.Decode(&out, cms.DecodeOptions{})
		if err != nil || len(after.Signers) != len(before.Signers) || after.ContentSize != before.ContentSize {
			t.Errorf("%v, %d signers of %d", err, len(after.Signers), len(before.Signers))
		}
	})
}
