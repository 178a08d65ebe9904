package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
)

// treeDoc has pages 6, 7, 8 below two nodes, a wrong /Count, and a form.
func treeDoc() []byte {
	d := newDoc("%PDF-1.4\n")
	d.object(1, "<</Type/Catalog/Pages 2 0 R/Version/1.7/AcroForm 9 0 R>>")
	d.object(2, "<</Type/Pages/Kids 10 0 R/Count 1/MediaBox[0 0 10 10]/Rotate 11 0 R>>")
	d.object(3, "<</Type/Pages/Parent 2 0 R/Kids[6 0 R 7 0 R]/MediaBox[0 0 20 20]>>")
	d.object(4, "<</Type/Pages/Parent 2 0 R/Kids[]>>")
	d.object(6, "<</Type/Page/Parent 3 0 R>>")
	d.object(7, "<</Type/Page/Parent 3 0 R/MediaBox[0 0 30 30]>>")
	d.object(8, "<</Type/Page/Parent 2 0 R>>")
	d.object(9, "<</Fields[]>>")
	d.object(10, "[3 0 R 4 0 R 99 0 R 8 0 R]")
	d.object(11, "90")
	d.table("/Size 12/Root 1 0 R")
	return d.Bytes()
}

func TestPages(t *testing.T) {
	f := open(t, treeDoc())
	if n, err := f.PageCount(); n != 3 || err != nil {
		t.Errorf("PageCount = %d, %v", n, err)
	}
	for i, want := range []string{"6 0 R [0 0 20 20] 90", "7 0 R [0 0 30 30] 90", "8 0 R [0 0 10 10] 90"} {
		ref, page, err := f.Page(i)
		if err != nil {
			t.Fatal(err)
		}
		box, err1 := f.Inherited(page, "MediaBox")
		rotate, err2 := f.Inherited(page, "Rotate")
		if got := fmt.Sprint(ref, " ", text(t, box), " ", text(t, rotate)); got != want || err1 != nil || err2 != nil {
			t.Errorf("page %d = %s, %v, %v; want %s", i, got, err1, err2, want)
		}
		if o, err := f.Inherited(page, "CropBox"); o != nil || err != nil {
			t.Errorf("CropBox = %v, %v", o, err)
		}
	}
	for _, i := range []int{3, -1} {
		if _, _, err := f.Page(i); !errors.Is(err, ErrNoPage) {
			t.Errorf("page %d: %v, want ErrNoPage", i, err)
		}
	}
	if !hasNote(f, NoteSyntax) {
		t.Error("the missing page was not noted")
	}
	if f.Version() != "1.7" || f.HeaderOffset() != 0 {
		t.Errorf("version %s, header at %d", f.Version(), f.HeaderOffset())
	}
}

func TestInheritedInCircle(t *testing.T) {
	f := open(t, []byte(strings.Replace(string(treeDoc()), "<</Type/Pages/Parent 2 0 R/Kids[]>>", "<</Type/Pages/Parent 4 0 R/Kids[]>>", 1)))
	o, err := f.Get(Ref{Num: 4})
	if err != nil {
		t.Fatal(err)
	}
	var m *Malformed
	if _, err := f.Inherited(o.(Dict), "MediaBox"); !errors.As(err, &m) {
		t.Errorf("Inherited = %v, want Malformed", err)
	}
}

func TestAcroForm(t *testing.T) {
	for name, tt := range map[string]struct {
		data []byte
		ref  Ref
		form string
	}{
		"indirect": {treeDoc(), Ref{Num: 9}, "<< /Fields [] >>"},
		"direct":   {richDoc(), Ref{}, "<< /Fields [] /DA (/Helv 0 Tf) >>"},
		"none":     {plain(), Ref{}, "<< >>"},
	} {
		ref, form, err := open(t, tt.data).AcroForm()
		if ref != tt.ref || text(t, form) != tt.form || err != nil {
			t.Errorf("%s: %v %s, %v", name, ref, text(t, form), err)
		}
	}
}

// A stream whose /Length another revision changes has another length there.
func TestStreamBelongsToItsRevision(t *testing.T) {
	d := newDoc("%PDF-1.4\n")
	d.pages()
	d.object(4, "<</Length 5 0 R>>\nstream\n12\nendstream\nendstream")
	d.object(5, "2")
	at := d.table("/Size 6/Root 1 0 R")
	d.object(5, "12")
	d.table(fmt.Sprintf("/Size 6/Root 1 0 R/Prev %d", at))
	f := open(t, d.Bytes())
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		for _, i := range order {
			o, err := f.Revisions()[i].Get(Ref{Num: 4})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := o.(*Stream).Decode(100); string(got) != []string{"12", "12\nendstream"}[i] || err != nil {
				t.Errorf("revision %d: %q, %v", i, got, err)
			}
		}
	}
}

// Of the objects of one number the last in the file counts when it is scanned,
// those in object streams by the place of the stream.
func TestRebuildTakesTheLast(t *testing.T) {
	d := newDoc("%PDF-1.5\n")
	d.pages()
	d.object(5, "(direct, before)")
	d.stream(4, "/Type/ObjStm/N 3/First 15", []byte("5 0 6 7 7 14 15 (five) (six) (seven)"))
	d.object(6, "(direct, after)")
	d.stream(8, "/Type/ObjStm/N 1/First 4", []byte("7 0 (seven again)"))
	d.object(4000000, "(far)")
	d.WriteString("12 0 obj <<>> endobj 9 0 obj[(x) endobj\n10 0 obj (ten) endobj trailer <</Info 12 0 R>> trailer <</Root 1 0 R>> trailer <</Size 3>>")
	f := open(t, d.Bytes())
	if !f.Rebuilt() {
		t.Fatal("the file was not rebuilt")
	}
	for num, want := range map[uint32]string{5: "(five)", 6: "(direct, after)", 7: "(seven again)", 9: "null", 10: "(ten)", 4000000: "(far)"} {
		if got := mustGet(t, f.Revision, num); got != want {
			t.Errorf("object %d = %s, want %s", num, got, want)
		}
	}
	if got := text(t, f.Trailer); got != "<< /Root 1 0 R /Info 12 0 R >>" {
		t.Errorf("trailer = %s", got)
	}
	// qpdf 12 takes no number that is far above the size of the file.
	updateAndCheck(t, bytes.Replace(d.Bytes(), []byte("4000000 0"), []byte("0000011 0"), 1), "value")
}

func TestErrorsInBothLanguages(t *testing.T) {
	for _, err := range []error{
		malformed(5, "a %d", "あ %d", 1), malformed(-1, "a", "あ"), limitExceeded(3, "a", "あ"),
		&UnsupportedEncryption{"Acme", "V 3"}, ErrPassword, ErrLocked, ErrNoPage,
	} {
		en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
		if en != err.Error() || ja == en || ja == "" || strings.Contains(en+ja, "%!") {
			t.Errorf("%q, %q, %q", err.Error(), en, ja)
		}
	}
}

func TestRealValues(t *testing.T) {
	for text, want := range map[Real]float64{"1.5": 1.5, "-.25": -.25, "4.": 4, "--1": 0, "-1.#INF": 0} {
		if got := text.Float64(); got != want {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
}
