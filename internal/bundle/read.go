package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
)

// Bundle is a bundle that was read.
type Bundle struct {
	Document Document
	Policy   Policy
	// Files are what the user had named, with every certificate that was used.
	Files revocation.Material

	answers replay
	reports map[string][]byte
}

// Fetcher answers what the fetcher of the judgement answered; nil when none was
// asked.
func (b *Bundle) Fetcher() revocation.Fetcher {
	if !b.Policy.Network {
		return nil
	}
	return b.answers
}

// Report returns a report by its file's name.
func (b *Bundle) Report(file string) ([]byte, bool) {
	text, ok := b.reports[file]
	return text, ok
}

// Is tells whether the bundle is about a file with this SHA-256.
func (b *Bundle) Is(sum [sha256.Size]byte) bool { return b.Document.SHA256 == name(sum) }

// Read reads the size octets of a bundle. Errors: what is no bundle, a file whose
// name is not that of its content, what cannot be parsed, and what is too large.
func Read(r io.ReaderAt, size int64) (*Bundle, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, lang.Errorf("it is no ZIP file: %w", "ZIPファイルではありません: %w", err)
	}
	l := &loader{files: make(map[string][]byte)}
	if err := l.unzip(z); err != nil {
		return nil, err
	}
	return l.bundle()
}

// loader holds the files of a bundle that is read.
type loader struct{ files map[string][]byte }

func (l *loader) unzip(z *zip.Reader) error {
	if len(z.File) > maxEntries {
		return lang.Errorf("the bundle has more than %d files", "検証資料のファイルが%d個を超えています", maxEntries)
	}
	var total int64
	for _, f := range z.File {
		if _, twice := l.files[f.Name]; twice {
			return lang.Errorf("%s is in the bundle twice", "検証資料に%sが二つあります", lang.Display(f.Name))
		}
		b, err := unzipOne(f, min(maxEntry, maxTotal-total))
		if err != nil {
			return lang.Errorf("%s in the bundle: %w", "検証資料の%s: %w", lang.Display(f.Name), err)
		}
		total += int64(len(b))
		l.files[f.Name] = b
	}
	return nil
}

func unzipOne(f *zip.File, room int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, room+1))
	if err == nil && n > room {
		err = lang.Errorf("it is too large", "大きすぎます")
	}
	return b.Bytes(), err
}

func (l *loader) bundle() (*Bundle, error) {
	var x index
	if err := json.Unmarshal(l.files[indexName], &x); err != nil {
		return nil, lang.Errorf("%s cannot be read: %w", "%sを読み取れません: %w", indexName, err)
	}
	if x.Version != Version {
		return nil, lang.WithHint(lang.Errorf("the bundle has version %d, not %d", "検証資料のバージョンは%dで、%dではありません", x.Version, Version),
			"a newer jverify may read it", "新しいjverifyなら読める可能性があります")
	}
	b := &Bundle{Document: x.File, Policy: x.Policy, answers: make(replay), reports: make(map[string][]byte)}
	var err error
	if b.Files, err = l.material(x.Files); err != nil {
		return nil, err
	}
	for i := range b.Policy.Anchors {
		a := &b.Policy.Anchors[i]
		list, err := appendParsed(l, nil, a.File, trust.ParseCertificate)
		if err != nil {
			return nil, err
		}
		a.Certificate = list[0]
	}
	for _, a := range x.Answers {
		if err := l.answer(b.answers, a); err != nil {
			return nil, err
		}
	}
	for _, file := range x.Reports {
		if text, ok := l.files[file]; ok {
			b.reports[file] = text
		}
	}
	return b, nil
}

// evidence returns a file whose name is the SHA-256 of its content.
func (l *loader) evidence(file string) ([]byte, error) {
	der, ok := l.files[file]
	if !ok {
		return nil, lang.Errorf("%s is missing from the bundle", "検証資料に%sがありません", lang.Display(file))
	}
	base := path.Base(file)
	if strings.TrimSuffix(base, path.Ext(base)) != name(sha256.Sum256(der)) {
		return nil, lang.Errorf("%s in the bundle is not what its name says", "検証資料の%sは名前と内容が一致しません", lang.Display(file))
	}
	return der, nil
}

func (l *loader) material(m material) (out revocation.Material, err error) {
	for _, file := range m.Certificates {
		if out.Certificates, err = appendParsed(l, out.Certificates, file, trust.ParseCertificate); err != nil {
			return out, err
		}
	}
	for _, file := range m.CRLs {
		if out.CRLs, err = appendParsed(l, out.CRLs, file, trust.ParseCRL); err != nil {
			return out, err
		}
	}
	for _, file := range m.OCSPs {
		if out.OCSPs, err = appendParsed(l, out.OCSPs, file, revocation.ParseOCSP); err != nil {
			return out, err
		}
	}
	return out, nil
}

func appendParsed[T any](l *loader, list []T, file string, parse func([]byte) (T, error)) ([]T, error) {
	der, err := l.evidence(file)
	if err != nil {
		return list, err
	}
	x, err := parse(der)
	if err != nil {
		return list, lang.Errorf("%s in the bundle: %w", "検証資料の%s: %w", lang.Display(file), err)
	}
	return append(list, x), nil
}

func (l *loader) answer(to replay, a answer) error {
	var q question
	if !digest(&q.certificate, a.Certificate) || !digest(&q.issuer, a.Issuer) {
		return lang.Errorf("an answer in the bundle names no certificate", "検証資料の回答が証明書を特定していません")
	}
	m, err := l.material(a.Material)
	if err != nil {
		return err
	}
	for _, t := range a.Attempts {
		kept, err := l.attempt(t, &m)
		if err != nil {
			return err
		}
		m.Attempts = append(m.Attempts, kept)
	}
	to[q] = m
	return nil
}

// attempt makes the attempt with the CRL or response of the material, which it must
// be.
func (l *loader) attempt(t attempt, m *revocation.Material) (revocation.Attempt, error) {
	out := revocation.Attempt{Location: t.Location, Cached: t.Cached}
	if t.Error != nil {
		out.Err = t.Error
	}
	for i := range m.CRLs {
		if t.CRL != "" && path.Base(t.CRL) == name(sha256.Sum256(m.CRLs[i].Raw))+CRL.extension() {
			out.CRL = m.CRLs[i]
		}
	}
	for i := range m.OCSPs {
		if t.OCSP != "" && path.Base(t.OCSP) == name(sha256.Sum256(m.OCSPs[i].Raw))+OCSP.extension() {
			out.OCSP = m.OCSPs[i]
		}
	}
	if (t.CRL != "") != (out.CRL != nil) || (t.OCSP != "") != (out.OCSP != nil) {
		return out, lang.Errorf("an answer in the bundle lacks what it brought", "検証資料の回答に、取得した失効情報がありません")
	}
	return out, nil
}

func digest(to *[sha256.Size]byte, text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && copy(to[:], b) == sha256.Size && len(b) == sha256.Size
}
