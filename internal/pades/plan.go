package pades

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
)

// Request says which signature a document shall get. The zero value of each
// field but SubFilter and Time leaves its entry out.
type Request struct {
	SubFilter pdf.Name    // SubFilterPKCS7Detached or SubFilterCAdESDetached; SubFilterTimestamp for a document timestamp
	Field     string      // fully qualified name of an existing empty field; "" makes a new one
	Reason    string      // /Reason
	Location  string      // /Location
	Certify   int         // NoCertification, or the DocMDP level 1 to 3
	Digest    crypto.Hash // what the document will be digested with
	Timestamp bool        // the signature will hold a timestamp
	Time      time.Time   // /M, with its offset from UTC
}

// isTimestamp tells a document timestamp (ISO 32000-2, 12.8.5) from a signature.
func (r *Request) isTimestamp() bool { return r.SubFilter == SubFilterTimestamp }

// Plan is a signature that a document can take: everything that could speak
// against it has been looked at. It reads from the file it was made for, and
// belongs to one goroutine at a time.
type Plan struct {
	file    *pdf.File
	request Request
	catalog object
	perms   object // /Perms; its dict is nil when there is none
	form    *Form
	target  target
	page    page // the first one, where a new field's widget goes
	rights  bool
	signed  bool // there are signatures

	update    *pdf.Update // the revision, but for the signature dictionary; nil before begin
	signature pdf.Ref     // where that goes
}

// object is a dictionary and where it stands; the zero Ref means directly in
// another one.
type object struct {
	ref  pdf.Ref
	dict pdf.Dict
}

// target is the field to be signed.
type target struct {
	name  string
	field *Field   // nil for a field to be made
	lock  pdf.Dict // its /Lock, nil without
	seed  pdf.Dict // its /SV, nil without

	unlisted []listing // its widgets that their pages do not list
}

// NewPlan reads the document's form, signatures and first page, and decides
// where the signature goes. Errors are refusals: *NotPermitted when an earlier
// signature forbids another one; a field that is not there, is signed already
// or makes demands that the request does not meet; a certification of a
// document that is signed already.
func NewPlan(f *pdf.File, r Request) (*Plan, error) {
	if f.ObjectsBehindEnd() {
		return nil, errBehindEnd
	}
	p := &Plan{file: f, request: r}
	var err error
	if p.catalog.ref, p.catalog.dict, err = f.Catalog(); err != nil {
		return nil, err
	}
	if p.form, err = readForm(f.Revision, r.concerns); err != nil {
		return nil, err
	}
	signatures, err := p.form.Signatures(f.Revision)
	if err != nil {
		return nil, err
	}
	if p.page, err = firstPage(f, p.form); err != nil {
		return nil, err
	}
	v := view{rev: f.Revision}
	for _, s := range p.page.strays(&v, p.form) {
		signatures = append(signatures, s)
		p.form.aliases = append(p.form.aliases, s.Field.Name)
	}
	if v.err != nil {
		return nil, v.err
	}
	p.signed = len(signatures) > 0
	permissions, err := ReadPermissions(f.Revision, signatures)
	if err != nil {
		return nil, err
	}
	p.rights = permissions.UsageRights
	if err := p.checkCertification(signatures, permissions); err != nil {
		return nil, err
	}
	if r.isTimestamp() {
		// No change in the sense of DocMDP and FieldMDP (ISO 32000-2, 12.8.2.2.2).
		permissions = &Permissions{}
	}
	if err := p.choose(permissions); err != nil {
		return nil, err
	}
	return p, nil
}

// concerns reports whether a field decides over what is signed, and where: another
// signature field, the one asked for, or one whose name a new field could take.
func (r *Request) concerns(f *Field) bool {
	return f.Type == fieldTypeSignature || f.Name == r.Field || strings.HasPrefix(f.Name, newFieldName)
}

func (p *Plan) checkCertification(signatures []Signature, permissions *Permissions) error {
	level := p.request.Certify
	if level == NoCertification {
		return nil
	}
	if level < 1 || level > 3 {
		return lang.Errorf("there is no certification level %d (1 to 3)", "証明レベル %d はありません（1〜3）", level)
	}
	if len(signatures) > 0 || permissions.Level != NoCertification {
		// ISO 32000-2, 12.8.2.2.1: the certifying signature is the first one.
		return lang.WithHint(lang.Errorf("a document that is signed already cannot be certified", "署名済みの文書は証明（certify）できません"),
			"sign it without certifying", "証明なしで署名してください")
	}
	v := view{rev: p.file.Revision}
	p.perms.ref, _ = p.catalog.dict.Get("Perms").(pdf.Ref)
	p.perms.dict = v.dict(p.catalog.dict.Get("Perms"))
	return v.err
}

// choose decides which field is signed, and whether it may be.
func (p *Plan) choose(permissions *Permissions) error {
	if p.request.Field == "" {
		name, err := p.freeName(permissions)
		if err != nil {
			return err
		}
		p.target.name = name
		return nil
	}
	field, ok := p.form.Named(p.request.Field)
	if !ok {
		return p.noSuchField()
	}
	if err := checkField(field); err != nil {
		return p.otherField(err)
	}
	if err := permissions.permit(field.Name); err != nil {
		return err
	}
	v := view{rev: p.file.Revision}
	p.target = target{name: field.Name, field: field, lock: v.dict(field.Dict.Get("Lock")), seed: v.dict(field.Dict.Get("SV"))}
	if err := checkLock(&v, p.target.lock, field.Name); err != nil {
		return lang.WithHint(err, otherFieldHint.EN, otherFieldHint.JA)
	}
	if err := checkSeed(&v, p.target.seed, &p.request); err != nil {
		return err
	}
	if v.err != nil {
		return v.err
	}
	if p.signed { // to some validators it is no permitted change
		return nil
	}
	var err error
	p.target.unlisted, err = unlisted(p.file, p.form, field)
	return err
}

// checkLock refuses a /Lock that says not what it locks: it becomes part of the
// signature (ISO 32000-2, tables 236 and 259).
func checkLock(v *view, lock pdf.Dict, field string) error {
	if lock == nil {
		return nil
	}
	_, hasFields := v.resolve(lock.Get("Fields")).(pdf.Array)
	switch action := v.name(lock.Get("Action")); {
	case action == "All", (action == "Include" || action == "Exclude") && hasFields:
		return nil
	case action == "Include" || action == "Exclude":
		return lang.Errorf("the /Lock of field %q lacks /Fields, which its /Action %s needs", "フィールド「%s」の /Lock に、/Action %s に必要な /Fields がありません", field, action)
	case action == "":
		return lang.Errorf("the /Lock of field %q lacks /Action", "フィールド「%s」の /Lock に /Action がありません", field)
	default:
		return lang.Errorf("the /Lock of field %q has an /Action that is not known: %s", "フィールド「%s」の /Lock の /Action が不明です: %s", field, action)
	}
}

// newFieldName is what the names of new fields begin with.
const newFieldName = "Signature"

// freeName finds a name that no field has or begins with, and that no lock
// holds.
func (p *Plan) freeName(permissions *Permissions) (string, error) {
	taken := make(map[string]bool)
	for _, f := range p.form.Fields {
		taken[firstPart(f.Name)] = true
	}
	for _, name := range p.form.aliases {
		taken[firstPart(name)] = true
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s%d", newFieldName, n)
		if taken[name] {
			continue
		}
		lock := permissions.lockOn(name)
		if lock != nil && lock.Action == "Include" {
			continue
		}
		return name, permissions.permit(name)
	}
}

func firstPart(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}

func (p *Plan) noSuchField() error {
	err := lang.Errorf("there is no field %q", "フィールド「%s」はありません", p.request.Field)
	return p.otherField(err)
}

// otherField adds to a refusal of a field which ones can be signed.
func (p *Plan) otherField(err error) error {
	var empty []string
	for _, f := range p.form.Fields {
		if checkField(&f) == nil {
			empty = append(empty, fmt.Sprintf("%q", f.Name))
		}
	}
	if len(empty) == 0 {
		return lang.WithHint(err, "leave the field out: the document has no empty signature field, a new one is made",
			"フィールドの指定を外してください。空の署名フィールドはなく、新しく作成します")
	}
	return lang.WithHint(err, "the empty signature fields are %s", "空の署名フィールド: %s", strings.Join(empty, ", "))
}

// checkField reports why a field cannot be signed.
func checkField(f *Field) error {
	switch {
	case f.Type != fieldTypeSignature:
		return lang.Errorf("field %q is not a signature field", "フィールド「%s」は署名フィールドではありません", f.Name)
	case f.Inner:
		return lang.Errorf("field %q is a group of other fields and takes no signature itself", "フィールド「%s」は他のフィールドをまとめるもので、署名できません", f.Name)
	case f.Value != nil:
		return lang.Errorf("field %q is signed already", "フィールド「%s」は署名済みです", f.Name)
	case f.Flags&flagReadOnly != 0:
		return lang.Errorf("field %q is read-only", "フィールド「%s」は読み取り専用です", f.Name)
	case f.Ref.IsZero():
		return lang.Errorf("field %q is not an indirect object and cannot be changed", "フィールド「%s」は間接オブジェクトではないため変更できません", f.Name)
	}
	return nil
}

// Field returns the fully qualified name of the field that will be signed.
func (p *Plan) Field() string { return p.target.name }

// Damage returns why the document had better be read with cross-references made
// anew (pdf.File.Rebuild), nil when nothing is wrong. A document that is signed
// is left as it is, as far as it can be read.
func (p *Plan) Damage() error {
	if p.signed || p.file.Rebuilt() {
		return nil
	}
	return p.file.Misplaced()
}

// VoidsUsageRights reports whether the document grants usage rights (/UR3) to
// certain readers, which may end with any change by another program.
func (p *Plan) VoidsUsageRights() bool { return p.rights }

// CheckCertificate refuses a signer's certificate that the field does not admit
// (/SV, /Cert). chain[0] is the signer's; the issuers known follow.
func (p *Plan) CheckCertificate(chain []*x509.Certificate) error {
	v := view{rev: p.file.Revision}
	if err := checkCertificateSeed(&v, p.target.seed, p.target.name, chain); err != nil {
		return err
	}
	return v.err
}
