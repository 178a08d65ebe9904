package jpkikey

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/cardio/pcsc"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrSeveral says that more than one reader fits, and none was named.
var ErrSeveral = lang.Errorf("several card readers fit", "該当するカードリーダーが複数あります")

// find opens the card: the one in the named reader, or the only one.
func find(ctx context.Context, m Manager, name string) (Conn, error) {
	readers, err := m.Readers()
	if err != nil {
		return nil, err
	}
	if name == "" {
		return findAnywhere(ctx, m, readers)
	}
	r, err := named(readers, name)
	if err != nil {
		return nil, err
	}
	return open(m, r)
}

// named returns the reader of that name, or the only one with the name in its
// own.
func named(readers []pcsc.Reader, name string) (pcsc.Reader, error) {
	if i := slices.IndexFunc(readers, func(r pcsc.Reader) bool { return r.Name == name }); i >= 0 {
		return readers[i], nil
	}
	var fit []pcsc.Reader
	for _, r := range readers {
		if strings.Contains(strings.ToLower(r.Name), strings.ToLower(name)) {
			fit = append(fit, r)
		}
	}
	switch len(fit) {
	case 0:
		return pcsc.Reader{}, lang.WithHint(lang.Errorf("%w: %s", "%w: %s", pcsc.ErrUnknownReader, lang.Display(name)),
			"connected: %s", "接続中: %s", list(readers))
	case 1:
		return fit[0], nil
	}
	return pcsc.Reader{}, lang.WithHint(lang.Errorf("%w %s: %s", "%w（%s）: %s", ErrSeveral, lang.Display(name), list(fit)),
		"give the whole name of one", "いずれかの名前をすべて指定してください")
}

// findAnywhere opens the only Individual Number Card in any reader.
func findAnywhere(ctx context.Context, m Manager, readers []pcsc.Reader) (Conn, error) {
	holding := slices.DeleteFunc(slices.Clone(readers), func(r pcsc.Reader) bool { return !r.Present })
	var found Conn
	var in []pcsc.Reader
	var others []error
	for _, r := range holding {
		if err := ctx.Err(); err != nil {
			return nil, closeFound(found, err)
		}
		conn, err := open(m, r)
		if err != nil {
			others = append(others, err)
			continue
		}
		if in = append(in, r); len(in) == 1 {
			found = conn
		} else if err := conn.Close(); err != nil {
			return nil, closeFound(found, err)
		}
	}
	switch {
	case len(in) > 1:
		return nil, closeFound(found, severalCards(in))
	case len(in) == 1:
		return found, nil
	case len(holding) == 0:
		return nil, noCard(readers)
	}
	return nil, noneOfThem(others)
}

func closeFound(found Conn, err error) error {
	if found == nil {
		return err
	}
	return closing(err, found)
}

// open opens the card in a reader. A card of another kind is an error that names
// the reader and wraps cardio.ErrNotThisCard.
func open(m Manager, r pcsc.Reader) (Conn, error) {
	conn, err := m.Connect(r.Name)
	if err != nil {
		return nil, err
	}
	if err := jpki.Detect(conn); err != nil {
		return nil, closing(describe(err, r), conn)
	}
	return conn, nil
}

// describe says what is in a reader instead of an Individual Number Card.
func describe(err error, r pcsc.Reader) error {
	if !errors.Is(err, cardio.ErrNotThisCard) {
		return err
	}
	return lang.WithHint(
		lang.Errorf("%s: %w (ATR %s)", "%s: %w（ATR %s）", lang.Display(r.Name), cardio.ErrNotThisCard, strings.ToUpper(hex.EncodeToString(r.ATR))),
		"put the Individual Number Card on the reader; a contact reader takes it chip first",
		"マイナンバーカードをカードリーダーに置いてください。接触型ではICチップ側から差し込みます")
}

func severalCards(in []pcsc.Reader) error {
	uri := keys.URI{Scheme: "jpki", Query: map[string][]string{"reader": {in[0].Name}}}
	return lang.WithHint(lang.Errorf("%w: %s", "%w: %s", ErrSeveral, list(in)),
		"name one: --key '%s'", "一つを指定してください: --key '%s'", uri.String())
}

func noCard(readers []pcsc.Reader) error {
	if len(readers) == 1 {
		return lang.WithHint(lang.Errorf("%s: %w", "%s: %w", lang.Display(readers[0].Name), pcsc.ErrNoCard),
			"put the card on the reader", "カードをカードリーダーに置いてください")
	}
	return lang.WithHint(lang.Errorf("%w (%s)", "%w（%s）", pcsc.ErrNoCard, list(readers)),
		"put the card on one of the readers", "いずれかのカードリーダーにカードを置いてください")
}

// noneOfThem says why no card that is there will do: a single reason as it is,
// several joined behind the first.
func noneOfThem(reasons []error) error {
	err := reasons[0]
	for _, next := range reasons[1:] {
		err = lang.Errorf("%w; %v", "%w、%v", err, next)
	}
	return err
}

// list returns the readers' names on one line.
func list(readers []pcsc.Reader) string {
	names := make([]string, len(readers))
	for i, r := range readers {
		names[i] = lang.Display(r.Name)
	}
	return strings.Join(names, ", ")
}
