package sign_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/sign"
)

// approval is a form with a text field and two empty signature fields, one of
// which locks the text field.
func approval() []byte {
	return handmade{header: "%PDF-1.7\n", bodies: onePage(
		"/AcroForm << /Fields [6 0 R 7 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 0 Tf 0 g) >>", "/Annots [6 0 R 8 0 R 9 0 R]",
		"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (1000) /DA (/Helv 12 Tf 0 g) /Rect [72 600 272 620] /P 3 0 R >>",
		"<< /T <FEFF627F8A8D> /FT /Sig /Kids [8 0 R 9 0 R] >>",
		"<< /Type /Annot /Subtype /Widget /Parent 7 0 R /T (buyer) /Rect [72 500 272 550] /P 3 0 R /Lock << /Type /SigFieldLock /Action /Include /Fields [(amount)] >> >>",
		"<< /Type /Annot /Subtype /Widget /Parent 7 0 R /T (seller) /Rect [72 400 272 450] /P 3 0 R >>",
	)}.bytes()
}

// TestPDFExistingFields signs two empty fields of a form by name, in either
// profile, and the judges agree; so they do after a certification.
func TestPDFExistingFields(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	buyer := signPDF(t, approval(), rsaKey(), sign.PDFOptions{Field: "承認.buyer", Profile: sign.ProfilePAdES, Reason: "購入"})
	judges.accept(buyer, "", 1)
	seller := signPDF(t, buyer, p384Key(), sign.PDFOptions{Field: "承認.seller"})
	judges.accept(seller, "", 2)
	if _, err := preparePDF(buyer, sign.PDFOptions{Field: "承認.buyer"}); err == nil {
		t.Error("a signed field is signed again")
	}
	if _, err := preparePDF(buyer, sign.PDFOptions{Field: "amount"}); err == nil {
		t.Error("a text field is signed")
	}
}

func TestPDFCertifyJudged(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	for level := 1; level <= 3; level++ {
		certified := signPDF(t, approval(), rsaKey(), sign.PDFOptions{Profile: sign.ProfilePAdES, Certify: level})
		judges.accept(certified, "", 1)
		if level > 1 {
			judges.accept(signPDF(t, certified, p384Key(), sign.PDFOptions{Field: "承認.seller"}), "", 2)
		}
	}
}

// TestPDFCard signs with the key of a JPKI certificate. Its critical policies
// are unknown to NSS, so that only the signature itself is judged there.
func TestPDFCard(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	signed := signPDF(t, plain(), cardKey(), japanese)
	if found := judges.pdfsig(judges.put("card.pdf", signed), ""); len(found) != 1 || !found[0].valid || !found[0].total {
		t.Errorf("pdfsig: %v", found)
	}
	judges.openssl(signed)
}

// TestPDFLooksTheSame renders the page before and after: a signature in a new
// field shows nothing.
func TestPDFLooksTheSame(t *testing.T) {
	t.Parallel()
	judges := newJudges(t)
	pages := map[string][]byte{"before": approval()}
	pages["after"] = signPDF(t, pages["before"], rsaKey(), japanese)
	rendered := make(map[string]string)
	for name, file := range pages {
		out := filepath.Join(judges.dir, name)
		judges.mustRun(tool(t, "pdftoppm"), "-r", "40", "-png", "-singlefile", judges.put(name+".pdf", file), out)
		image, err := os.ReadFile(out + ".png")
		if err != nil {
			t.Fatal(err)
		}
		rendered[name] = fmt.Sprintf("%d %x", len(image), image)
	}
	if rendered["before"] != rendered["after"] {
		t.Error("the page looks different once it is signed")
	}
}
