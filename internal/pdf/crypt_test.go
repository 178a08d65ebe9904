package pdf

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// encryptions are what qpdf can make: revisions 2 to 6.
var encryptions = []struct {
	name     string
	revision int
	args     []string
}{
	{"R2 RC4-40", 2, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "40", "--"}},
	{"R3 RC4-128", 3, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--use-aes=n", "--"}},
	{"R4 RC4-128", 4, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--force-V4", "--use-aes=n", "--"}},
	{"R4 AES-128", 4, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--use-aes=y", "--"}},
	{"R4 AES-128 metadata", 4, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "128", "--use-aes=y", "--cleartext-metadata", "--"}},
	{"R5 AES-256", 5, []string{"--allow-weak-crypto", "--encrypt", "user", "owner", "256", "--force-R5", "--"}},
	{"R6 AES-256", 6, []string{"--encrypt", "user", "owner", "256", "--"}},
	{"R6 AES-256 metadata", 6, []string{"--encrypt", "user", "owner", "256", "--cleartext-metadata", "--"}},
}

// metadataDoc has a string, a stream and a metadata stream.
func metadataDoc() []byte {
	d := newDoc("%PDF-1.6\n")
	d.object(1, "<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/Lang(ja)>>")
	d.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
	d.object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>")
	d.stream(4, "", []byte("0 0 m 100 100 l S"))
	d.stream(5, "/Type/Metadata/Subtype/XML", []byte("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"))
	d.object(6, "<</Title(Vertrag \\(neu\\))>>")
	d.table("/Size 7/Root 1 0 R/Info 6 0 R")
	return d.Bytes()
}

func TestEncryption(t *testing.T) {
	for _, e := range encryptions {
		for _, objects := range []string{"disable", "generate"} {
			t.Run(e.name+" objstm "+objects, func(t *testing.T) {
				data := convert(t, metadataDoc(), "qpdf", append(append([]string{"--object-streams=" + objects}, e.args...), "IN", "OUT")...)
				testPasswords(t, data, e.revision)
				testEncryptedUpdate(t, data)
			})
		}
	}
}

func testPasswords(t *testing.T, data []byte, revision int) {
	for _, tt := range []struct {
		password string
		opens    bool
		owner    bool
	}{{"user", true, false}, {"owner", true, true}, {"", false, false}, {"wrong", false, false}, {"USER", false, false}} {
		f, err := openBytes(data, Options{Password: []byte(tt.password)})
		if !tt.opens {
			if !errors.Is(err, ErrPassword) {
				t.Errorf("%q: %v, want ErrPassword", tt.password, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.password, err)
			continue
		}
		if e := f.Encryption(); e.Revision != revision || e.Owner != tt.owner {
			t.Errorf("%q: %+v", tt.password, e)
		}
		checkClear(t, f)
	}
}

// checkClear compares what is decrypted.
func checkClear(t *testing.T, f *File) {
	t.Helper()
	info, _, err := f.Dict(f.Trailer.Get("Info"))
	if err != nil {
		t.Fatal(err)
	}
	if title, _ := info.Get("Title").(String); string(title.Bytes) != "Vertrag (neu)" {
		t.Errorf("Title = %q", title.Bytes)
	}
	_, catalog, _ := f.Catalog()
	_, page, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	for want, ref := range map[string]Object{"0 0 m 100 100 l S": page.Get("Contents"), "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>": catalog.Get("Metadata")} {
		o, err := f.Resolve(ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.(*Stream).Decode(1000); strings.TrimSpace(string(got)) != want || err != nil {
			t.Errorf("stream = %q, %v; want %q", got, err, want)
		}
	}
}

// testEncryptedUpdate writes strings and streams and has qpdf decrypt them.
func testEncryptedUpdate(t *testing.T, old []byte) {
	f, err := openBytes(old, Options{Password: []byte("user")})
	if err != nil {
		t.Fatal(err)
	}
	u := f.NewUpdate()
	contents := NewPlaceholder([]byte("<ABCD>"))
	sig := u.Add(Dict{{"Type", Name("Sig")}, {"Reason", String{Bytes: []byte("secret (reason)")}}, {"Contents", contents}})
	copied := u.Add(Dict{{"Type", Name("Sig")}, {"ByteRange", Array{}}, {"Contents", String{Bytes: []byte("\x30\x82"), Hex: true}}})
	data := u.Add(NewStream(Dict{{"Key", String{Bytes: []byte("in a stream")}}}, []byte("secret stream")))
	empty := u.Add(String{})
	page, d, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Resolve(d.Get("Contents"))
	if err != nil {
		t.Fatal(err)
	}
	moved := u.Add(o.(*Stream)) // encrypted under another key
	u.Set(page, d.With("Contents", moved))
	updated := appended(t, old, u)

	for _, secret := range []string{"secret (reason)", "secret stream", "in a stream", "100 100 l"} {
		if bytes.Contains(updated[len(old):], []byte(secret)) {
			t.Errorf("%q stands unencrypted in the file", secret)
		}
	}
	if !bytes.Contains(updated[len(old):], []byte("/Contents <ABCD>")) || !bytes.Contains(updated[len(old):], []byte("/Contents <3082>")) {
		t.Error("/Contents of a signature dictionary is encrypted")
	}
	check(t, updated, "--password=user")
	qpdfCheckClear(t, updated, sig, data)

	g, err := openBytes(updated, Options{Password: []byte("owner")})
	if err != nil {
		t.Fatal(err)
	}
	checkClear(t, g)
	for ref, want := range map[Ref]string{
		sig:    `<< /Type /Sig /Reason (secret \(reason\)) /Contents <ABCD> >>`,
		copied: "<< /Type /Sig /ByteRange [] /Contents <3082> >>",
		empty:  "()",
	} {
		if got := mustGet(t, g.Revision, ref.Num); got != want {
			t.Errorf("%v = %s, want %s", ref, got, want)
		}
	}
}

// qpdfCheckClear has qpdf decrypt what has been written.
func qpdfCheckClear(t *testing.T, data []byte, sig, stream Ref) {
	t.Helper()
	path := t.TempDir() + "/encrypted.pdf"
	write(t, path, data)
	show := func(ref Ref, extra ...string) string {
		object := strings.TrimSuffix(strings.ReplaceAll(ref.String(), " ", ","), ",R")
		return run(t, "qpdf", append(extra, "--password=user", "--show-object="+object, path)...)
	}
	if got := show(sig); !strings.Contains(got, "(secret (reason))") && !strings.Contains(got, `(secret \(reason\))`) {
		t.Errorf("qpdf reads the dictionary as %s", got)
	}
	if got := show(stream, "--filtered-stream-data"); got != "secret stream" {
		t.Errorf("qpdf reads the stream as %q", got)
	}
}

func TestLocked(t *testing.T) {
	data := convert(t, metadataDoc(), "qpdf", "--encrypt", "user", "owner", "256", "--", "IN", "OUT")
	f, err := openBytes(data, Options{AllowLocked: true})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Locked() || f.Encryption() == nil {
		t.Error("the document counts as open")
	}
	_, page, err := f.Page(0)
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Resolve(page.Get("Contents"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.(*Stream).Decode(1000); !errors.Is(err, ErrPassword) {
		t.Errorf("Decode = %q, %v; want ErrPassword", got, err)
	}
	u := f.NewUpdate()
	u.Add(nil)
	if _, err := u.Append(); !errors.Is(err, ErrLocked) {
		t.Errorf("Append = %v, want ErrLocked", err)
	}
}

func TestEmptyUserPassword(t *testing.T) {
	data := convert(t, metadataDoc(), "qpdf", "--encrypt", "", "owner", "256", "--", "IN", "OUT")
	for _, password := range []string{"", "owner", "anything"} {
		f, err := openBytes(data, Options{Password: []byte(password)})
		if err != nil {
			t.Errorf("%q: %v", password, err)
			continue
		}
		if owner := f.Encryption().Owner; owner != (password == "owner") {
			t.Errorf("%q: owner = %v", password, owner)
		}
		checkClear(t, f)
	}
}

// SASLprep makes a password typed in another normalization form the same one.
func TestPasswordIsPrepared(t *testing.T) {
	data := convert(t, metadataDoc(), "qpdf", "--encrypt", "\u30d1\u30b9", "x", "256", "--", "IN", "OUT")
	for password, opens := range map[string]bool{"\u30d1\u30b9": true, "\u30cf\u309a\u30b9": true, "\uff8a\uff9f\uff7d": true, "\u30cf\u30b9": false} {
		if _, err := openBytes(data, Options{Password: []byte(password)}); (err == nil) != opens {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestUnsupportedEncryption(t *testing.T) {
	data := convert(t, metadataDoc(), "qpdf", "--encrypt", "", "", "256", "--", "IN", "OUT")
	for old, detail := range map[string]string{
		"/Filter /Standard": "Acme",
		"/V 5":              "V 3",
		"/R 6":              "R 7",
		"/CFM /AESV3":       "CFM AESV9",
		"/StmF /StdCF":      "crypt filter OthCF",
	} {
		changed := strings.NewReplacer("/Standard", "/Acme    ", "/V 5", "/V 3", "/R 6", "/R 7", "AESV3", "AESV9", "StdCF", "OthCF").Replace(old)
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("qpdf writes no %s", old)
		}
		damaged := bytes.Replace(data, []byte(old), []byte(changed), 1)
		var u *UnsupportedEncryption
		if _, err := openBytes(damaged, Options{}); !errors.As(err, &u) || !strings.Contains(err.Error(), detail) {
			t.Errorf("%s: %v, want %s", changed, err, detail)
		}
		if f, err := openBytes(damaged, Options{AllowLocked: true}); err != nil || !f.Locked() {
			t.Errorf("%s, locked: %v", changed, err)
		}
	}
}

// The same plain text never gives the same cipher text, and Rand supplies the
// vectors.
func TestInitialisationVectors(t *testing.T) {
	data := convert(t, metadataDoc(), "qpdf", "--encrypt", "", "", "256", "--", "IN", "OUT")
	f, err := openBytes(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	u := f.NewUpdate()
	s := String{Bytes: []byte("same"), Hex: true}
	u.Add(Array{s, s})
	tail, err := u.Append()
	if err != nil {
		t.Fatal(err)
	}
	strs := strings.FieldsFunc(string(tail.Bytes), func(r rune) bool { return r == '<' || r == '>' })
	if strs[1] == strs[3] || len(strs[1]) != 64 {
		t.Errorf("cipher texts %s and %s", strs[1], strs[3])
	}
	f, err = openBytes(data, Options{Rand: bytes.NewReader(nil)})
	if err != nil {
		t.Fatal(err)
	}
	u = f.NewUpdate()
	u.Add(s)
	if _, err := u.Append(); err == nil {
		t.Error("an empty source of randomness was accepted")
	}
}

// Strings and streams may each have their own crypt filter, and a stream one for
// itself.
func TestCryptFilters(t *testing.T) {
	old := convert(t, metadataDoc(), "qpdf", "--encrypt", "", "", "256", "--", "IN", "OUT")
	identity := bytes.Replace(old, []byte("/StmF /StdCF"), []byte("/StmF /Identity"), 1)
	f := open(t, identity) // the offsets are wrong now, which is forgiven
	u := f.NewUpdate()
	own := Dict{{"Filter", Name("Crypt")}, {"DecodeParms", Dict{{"Name", Name("StdCF")}}}}
	plain := u.Add(NewStream(Dict{{"S", String{Bytes: []byte("string")}}}, []byte("plain data")))
	secret := u.Add(NewStream(own, []byte("secret data")))
	unknown := u.Reserve()
	data := appended(t, identity, u)
	if bytes.Contains(data, []byte("secret data")) || bytes.Contains(data, []byte("(string)")) || !bytes.Contains(data, []byte("plain data")) {
		t.Error("the filters were not obeyed")
	}
	g := open(t, data)
	for ref, want := range map[Ref]string{plain: "plain data", secret: "secret data"} {
		o, err := g.Get(ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := o.(*Stream).Decode(100); string(got) != want || err != nil {
			t.Errorf("%v = %q, %v; want %q", ref, got, err, want)
		}
	}
	u = g.NewUpdate()
	u.Add(NewStream(own.With("DecodeParms", Dict{{"Name", Name("None such")}}), nil))
	var unsupported *UnsupportedEncryption
	if _, err := u.Append(); !errors.As(err, &unsupported) {
		t.Errorf("an unknown crypt filter: %v", err)
	}
	if o, err := g.Get(unknown); o != nil || err != nil {
		t.Errorf("a reserved number that was never set = %v, %v", o, err)
	}
}
