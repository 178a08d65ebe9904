package sign_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/sign"
)

var signedAt = time.Date(2026, 4, 1, 9, 30, 0, 0, time.FixedZone("JST", 9*3600))

func clock() time.Time { return signedAt }

// signPDF signs in memory, and holds what every signature must keep: the old file
// is a prefix of the new one.
func signPDF(t testing.TB, file []byte, key sign.Signer, opt sign.PDFOptions) []byte {
	t.Helper()
	if opt.Now == nil {
		opt.Now = clock
	}
	var out bytes.Buffer
	if err := sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), key, opt); err != nil {
		t.Fatalf("signing: %v", err)
	}
	if !bytes.HasPrefix(out.Bytes(), file) {
		t.Fatal("the old file is not a prefix of the signed one")
	}
	return out.Bytes()
}

// japanese has U+5C71 (山) in every string: its low byte and its high byte are
// those of a backslash and of q.
var japanese = sign.PDFOptions{Name: "山田　太郎", Reason: "契約（山）の締結 (1)", Location: "山梨県\\甲府市"}

// TestPDFOrdinary signs every kind of ordinary PDF once with RSA and once more
// with P-384, and asks qpdf, pdfsig and openssl about both.
func TestPDFOrdinary(t *testing.T) {
	judges := newJudges(t)
	kinds := fixtures()
	if len(kinds) < 34 {
		t.Fatalf("%d kinds of PDF, want 34 or more", len(kinds))
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			file := kind.make(newForge(t))
			opt := japanese
			opt.Password = []byte(kind.password)
			once := signPDF(t, file, rsaKey(), opt)
			keepsDocument(t, file, once, kind.password)
			judges.in(t).accept(once, kind.password, 1)
			judges.in(t).readText(once, kind.password, opt.Name, opt.Reason, opt.Location)
			opt.Profile = sign.ProfilePAdES
			twice := signPDF(t, once, p384Key(), opt)
			keepsDocument(t, once, twice, kind.password)
			judges.in(t).accept(twice, kind.password, 2)
		})
	}
}
