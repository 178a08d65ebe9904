package sign_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fixture is one kind of ordinary PDF.
type fixture struct {
	name     string
	make     func(f *forge) []byte
	password string // user password; only for the tools and for opening
}

// forge makes fixtures with the programs that people make PDFs with.
type forge struct {
	t   testing.TB
	dir string
}

func newForge(t testing.TB) *forge { return &forge{t: t, dir: t.TempDir()} }

// tool returns the path of an installed program; where it is missing, the test
// is skipped, except in CI, where it fails.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

func (f *forge) put(name string, data []byte) string {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}

// run starts a program that writes out.pdf and returns that file.
func (f *forge) run(name string, args ...string) []byte {
	f.t.Helper()
	out := filepath.Join(f.dir, "out.pdf")
	cmd := exec.Command(tool(f.t, name), args...)
	cmd.Dir = f.dir
	if text, err := cmd.CombinedOutput(); err != nil {
		f.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		f.t.Fatal(err)
	}
	return data
}

func (f *forge) qpdf(in []byte, args ...string) []byte {
	f.t.Helper()
	path := f.put("in.pdf", in)
	return f.run("qpdf", append(args, path, "out.pdf")...)
}

func (f *forge) ghostscript(level string) []byte {
	f.t.Helper()
	const page = "%!PS\n/Helvetica findfont 24 scalefont setfont 72 700 moveto (The parties agree.) show showpage\n"
	f.put("in.ps", []byte(page))
	return f.run("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite", "-dCompatibilityLevel="+level, "-sOutputFile=out.pdf", "in.ps")
}

func (f *forge) mutoolCreate() []byte {
	f.t.Helper()
	f.put("page.txt", []byte("%%MediaBox 0 0 595 842\n%%Font F1 Helvetica\nBT /F1 24 Tf 72 700 Td (The parties agree.) Tj ET\n"))
	return f.run("mutool", "create", "-o", "out.pdf", "page.txt")
}

func (f *forge) mutoolClean() []byte {
	f.t.Helper()
	f.put("in.pdf", plain())
	return f.run("mutool", "clean", "-z", "-gggg", "in.pdf", "out.pdf")
}

// encrypted is qpdf's encryption with a user password ("" opens for everyone).
func (f *forge) encrypted(user, bits string, options ...string) []byte {
	f.t.Helper()
	args := append([]string{"--allow-weak-crypto", "--encrypt", user, "owner", bits}, options...)
	return f.qpdf(titled(), append(args, "--")...)
}

func plain() []byte { return handmade{bodies: onePage("", "")}.bytes() }

// titled has an /Info dictionary and an /ID.
func titled() []byte {
	return handmade{
		bodies:  onePage("", "", "<< /Title (Contract) /Producer (hand) >>"),
		trailer: "/Root 1 0 R /Info 6 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
	}.bytes()
}

// fixtures are the ordinary PDFs: every one is signed once and twice.
func fixtures() []fixture {
	return append(append(toolFixtures(), formFixtures()...), oddFixtures()...)
}

func toolFixtures() []fixture {
	qpdf := func(args ...string) func(*forge) []byte {
		return func(f *forge) []byte { return f.qpdf(titled(), args...) }
	}
	crypt := func(user, bits string, options ...string) func(*forge) []byte {
		return func(f *forge) []byte { return f.encrypted(user, bits, options...) }
	}
	return []fixture{
		{name: "ghostscript 1.4", make: func(f *forge) []byte { return f.ghostscript("1.4") }},
		{name: "ghostscript 1.7", make: func(f *forge) []byte { return f.ghostscript("1.7") }},
		{name: "mutool create", make: (*forge).mutoolCreate},
		{name: "mutool clean", make: (*forge).mutoolClean},
		{name: "qpdf plain", make: qpdf("--object-streams=disable")},
		{name: "qpdf linearized", make: qpdf("--linearize")},
		{name: "qpdf object streams", make: qpdf("--object-streams=generate")},
		{name: "qpdf linearized object streams", make: qpdf("--linearize", "--object-streams=generate")},
		{name: "qpdf qdf", make: qpdf("--qdf")},
		{name: "encrypted R2 RC4-40", make: crypt("", "40")},
		{name: "encrypted R3 RC4-128", make: crypt("", "128", "--use-aes=n")},
		{name: "encrypted R4 AES-128", make: crypt("", "128", "--use-aes=y")},
		{name: "encrypted R4 clear metadata", make: crypt("", "128", "--use-aes=y", "--cleartext-metadata")},
		{name: "encrypted R5 AES-256", make: crypt("", "256", "--force-R5")},
		{name: "encrypted R6 AES-256", make: crypt("", "256")},
		{name: "encrypted R3 password", make: crypt("secret", "128", "--use-aes=n"), password: "secret"},
		{name: "encrypted R6 password", make: crypt("秘密", "256"), password: "秘密"},
		{name: "encrypted R6 object streams", make: func(f *forge) []byte {
			return f.qpdf(titled(), "--object-streams=generate", "--encrypt", "", "owner", "256", "--")
		}},
	}
}

func formFixtures() []fixture {
	form := func(acroForm, annots string, fields ...string) func(*forge) []byte {
		return func(*forge) []byte {
			return handmade{header: "%PDF-1.7\n", bodies: onePage("/AcroForm "+acroForm, "/Annots "+annots, fields...)}.bytes()
		}
	}
	const (
		text = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (value) /DA (/Helv 12 Tf 0 g) /Rect [72 600 272 620] /P 3 0 R >>"
		more = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Signature1) /Rect [72 560 272 580] /P 3 0 R >>"
		dr   = "/DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 0 Tf 0 g)"
	)
	return []fixture{
		{name: "form text", make: form("<< /Fields [6 0 R 7 0 R] "+dr+" >>", "[6 0 R 7 0 R]", text, more)},
		{name: "form nested", make: form("<< /Fields [6 0 R] "+dr+" >>", "[7 0 R]",
			"<< /T (Signature1) /FT /Tx /Kids [7 0 R] >>",
			"<< /Type /Annot /Subtype /Widget /Parent 6 0 R /T (given) /Rect [72 560 272 580] /P 3 0 R >>")},
		{name: "form XFA key", make: form("<< /Fields [6 0 R] /XFA 7 0 R "+dr+" >>", "[6 0 R]", text,
			streamBody("", "<xdp:xdp xmlns:xdp=\"http://ns.adobe.com/xdp/\"/>"))},
		{name: "form NeedAppearances and CO", make: form("8 0 R", "[6 0 R 7 0 R]", text, more,
			"<< /Fields 9 0 R /NeedAppearances true /CO [6 0 R] "+dr+" >>", "[6 0 R 7 0 R]")},
		{name: "form object streams", make: func(f *forge) []byte {
			return f.qpdf(form("<< /Fields [6 0 R 7 0 R] /CO [6 0 R] "+dr+" >>", "[6 0 R 7 0 R]", text, more)(f), "--object-streams=generate")
		}},
		{name: "form Japanese names", make: func(*forge) []byte {
			return handmade{
				header: "%PDF-1.6\n",
				bodies: onePage("/AcroForm << /Fields [6 0 R] "+dr+" >>", "/Annots [6 0 R]",
					"<< /Type /Annot /Subtype /Widget /FT /Tx /T <FEFF5C71753059 2A90CE> /TU <FEFF6C0F540D> /Rect [72 600 272 620] /P 3 0 R >>",
					"<< /Title <FEFF59517D04 66F8> /Author (\xfe\xff\x5c\x5c\x71\x75\x30) >>"),
				trailer: "/Root 1 0 R /Info 7 0 R",
			}.bytes()
		}},
	}
}

func oddFixtures() []fixture {
	fixed := func(h handmade) func(*forge) []byte { return func(*forge) []byte { return h.bytes() } }
	body := onePage("", "")
	zeros := onePage("", "")
	zeros[4] = streamBody("", "% "+strings.Repeat("0", 40000)+"\nBT /F1 24 Tf 72 700 Td <"+strings.Repeat("0", 64)+"> Tj ET")
	return []fixture{
		{name: "hybrid", make: func(*forge) []byte { return hybrid() }},
		{name: "hex zeros", make: fixed(handmade{bodies: zeros})},
		{name: "trailer Root on the next line", make: fixed(handmade{bodies: body, trailer: "/Root\n1 0 R"})},
		{name: "trailer Size with spaces", make: fixed(handmade{bodies: body, size: "/Size   6"})},
		{name: "header 1.0", make: fixed(handmade{bodies: body, header: "%PDF-1.0\n"})},
		{name: "header 1.8", make: fixed(handmade{bodies: body, header: "%PDF-1.8\n"})},
		{name: "header 2.0", make: fixed(handmade{bodies: body, header: "%PDF-2.0\n"})},
		{name: "junk before the header", make: fixed(handmade{bodies: body, before: "HTTP/1.1 200 OK\r\n\r\n"})},
		{name: "junk after EOF", make: fixed(handmade{bodies: body, after: "\n\x00\x00<!-- served in 3 ms -->\n"})},
		{name: "no line end after EOF", make: func(*forge) []byte { return bytes.TrimRight(plain(), "\n") }},
		{name: "CR line ends", make: fixed(handmade{bodies: body, eol: "\r"})},
		{name: "wrong startxref", make: fixed(handmade{bodies: body, badXref: true})},
		{name: "Prev chain", make: func(*forge) []byte { return prevChain(false) }},
		{name: "Prev chain table then stream", make: func(*forge) []byte { return prevChain(true) }},
		{name: "xref stream with Info and PageLabels", make: func(f *forge) []byte {
			return f.qpdf(handmade{header: "%PDF-1.5\n",
				bodies:  onePage(`/PageLabels << /Nums [0 << /P (A\)-) /S /D >>] >>`, "", "<< /Title (a\\)b) >>"),
				trailer: "/Root 1 0 R /Info 6 0 R"}.bytes(), "--object-streams=generate")
		}},
		{name: "inherited page attributes", make: func(*forge) []byte { return inherited() }},
		{name: "indirect Annots", make: fixed(handmade{bodies: onePage("", "/Annots 6 0 R", "[7 0 R]", link)})},
		{name: "Annots with a direct annotation", make: fixed(handmade{bodies: onePage("", "/Annots ["+link+"]")})},
		{name: "Annots shared by two pages", make: func(*forge) []byte { return sharedAnnots() }},
		{name: "catalog in generation 3", make: func(*forge) []byte { return generations() }},
	}
}

const link = "<< /Type /Annot /Subtype /Link /Rect [72 500 172 520] /Border [0 0 0] /M (D:2020) /Contents (a \\(b\\)) >>"

// prevChain is a file of three revisions.
func prevChain(stream bool) []byte {
	first := plain()
	second, start := update(first, lastStartxref(first), 6, revision{bodies: map[int]string{4: streamBody("", "BT /F1 24 Tf 72 700 Td (Second.) Tj ET")}})
	third, _ := update(second, start, 6, revision{stream: stream, bodies: map[int]string{4: streamBody("", "BT /F1 24 Tf 72 700 Td (Third.) Tj ET")}})
	return third
}

// inherited has a page tree of three levels; media box and resources stand in
// the root of it, and the page itself says nothing.
func inherited() []byte {
	bodies := onePage("", "")
	bodies[2] = "<< /Type /Pages /Kids [6 0 R] /Count 1 /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Rotate 0 >>"
	bodies[3] = "<< /Type /Page /Parent 6 0 R /Contents 4 0 R >>"
	bodies[6] = "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"
	return handmade{bodies: bodies}.bytes()
}

func sharedAnnots() []byte {
	bodies := onePage("", "/Annots 7 0 R", "", "[8 0 R]", link)
	bodies[2] = "<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>"
	bodies[6] = bodies[3]
	return handmade{bodies: bodies}.bytes()
}

// generations replaces the catalog's number by one that was freed three times.
func generations() []byte {
	file := string(plain())
	file = strings.Replace(file, "1 0 obj", "1 3 obj", 1)
	file = strings.Replace(file, "/Root 1 0 R", "/Root 1 3 R", 1)
	at := strings.Index(file, "00000 n ")
	return []byte(file[:at] + "00003 n " + file[at+len("00003 n "):])
}
