package keys

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"

	"github.com/jsign-jp/jsign/internal/lang"
)

// Key is a signing key with its certificates that may have to be unlocked by a
// person.
type Key interface {
	// Unlock asks for what the key takes (a PIN, a passphrase or nothing) and
	// returns a Session, which must be closed. It may be called again after
	// that. The end of ctx ends the asking.
	Unlock(ctx context.Context) (Session, error)
}

// Session makes signatures with an unlocked key. It has one owner: its methods
// must not be called at the same time, but for Sign of a session by NewSession.
type Session interface {
	// Signer's Public is the key of Chain()[0]. Sign takes a digest and
	// *rsa.PSSOptions or its crypto.Hash; Ed25519 takes the message and
	// crypto.Hash(0). After Close it fails.
	crypto.Signer
	// Chain returns the signer's certificate, then those of CAs, nearest first
	// as far as they are known.
	Chain() []*x509.Certificate
	// Close locks the key again. It may be called twice.
	Close() error
}

// ErrPassphrase is found in the error of a passphrase that does not open a file.
var ErrPassphrase = lang.Errorf("the passphrase is wrong", "パスフレーズが違います")

// Secret is a passphrase or a PIN. It prints as a placeholder with every fmt
// verb and in JSON.
type Secret []byte

const redacted = "[secret]"

// Wipe overwrites the secret.
func (s Secret) Wipe() { clear(s) }

// Format prints the placeholder.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// MarshalText gives the placeholder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// PassphraseSource gets a passphrase for what prompt names, from a terminal or
// a file. The receiver wipes it.
type PassphraseSource func(ctx context.Context, prompt lang.Message) (Secret, error)
