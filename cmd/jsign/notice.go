package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/identity"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// carriesPersonalData says whether signatures of this key carry the holder's
// name, address, birth date and sex: those of a card's signing key do.
func carriesPersonalData(uri keys.URI) bool {
	return isCard(uri) && uri.Query.Get("cert") != "auth"
}

// tellAboutPersonalData says on a terminal, before the first signature, what
// the certificate will show to everyone who gets the document, and asks whether
// to go on.
func (a *app) tellAboutPersonalData(ctx context.Context, o *signOptions, uri keys.URI) error {
	typing := o.pinFile == "" && o.pinDescriptor == nil
	if o.yes || !carriesPersonalData(uri) || !typing && !term.IsTerminal(a.in) {
		return nil
	}
	ok := false
	err := a.atTerminal(func(terminal *term.Terminal) (err error) {
		ok, err = terminal.Confirm(ctx, a.say(
			"The signature contains your certificate, and with it your name, address, date of birth and sex.\nEveryone who gets the signed document can read them. Sign? [y/N] ",
			"署名には証明書が入り、氏名・住所・生年月日・性別が含まれます。\n署名した文書を受け取った人は誰でもそれを読めます。署名しますか？ [y/N] "))
		return err
	})
	if errors.Is(err, term.ErrNoTerminal) {
		return nil // nobody to tell; who types the PIN is refused for the same reason
	}
	if err != nil && !errors.Is(err, term.ErrNoAnswer) {
		return err
	}
	if !ok {
		return lang.WithHint(cli.Fail(exitInterrupted, lang.Errorf("not signed", "署名しませんでした")),
			"answer y to sign, or use --yes", "署名するには y と答えるか、--yes を使ってください")
	}
	return nil
}

// printIdentity prints the four attributes of a JPKI signing certificate, or
// the subject of any other.
func (a *app) printIdentity(out io.Writer, c *x509.Certificate) {
	id, ok := identity.FromCertificate(c)
	if !ok {
		fmt.Fprintf(out, "  %s: %s\n", a.say("subject", "主体者"), c.Subject)
		return
	}
	fmt.Fprintf(out, "  %s: %s\n", a.say("name", "氏名"), id.Name)
	fmt.Fprintf(out, "  %s: %s\n", a.say("address", "住所"), id.Address)
	fmt.Fprintf(out, "  %s: %s\n", a.say("date of birth", "生年月日"), id.BirthDate.Message().In(a.language))
	fmt.Fprintf(out, "  %s: %s\n", a.say("sex", "性別"), id.Sex.Message().In(a.language))
}
