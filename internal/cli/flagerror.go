package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/lang"
)

// FlagError words an error of pflag's in both languages.
func FlagError(err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return lang.Errorf("unknown flag %s", "オプション%sはありません", dashed(unknown.GetSpecifiedName()))
	case errors.As(err, &missing):
		return lang.Errorf("flag %s needs a value", "オプション%sには値が必要です", dashed(missing.GetSpecifiedName()))
	case errors.As(err, &invalid) && errors.Is(err, errTwice):
		return lang.WithHint(lang.Errorf("flag --%s is given twice", "オプション--%sが2回指定されています", invalid.GetFlag().Name),
			"give it once", "1回だけ指定してください")
	case errors.As(err, &invalid):
		return lang.Errorf("%q is not a value for --%s (%s)", "%qは--%sの値ではありません（%s）",
			invalid.GetValue(), invalid.GetFlag().Name, invalid.GetFlag().Value.Type())
	}
	return lang.Errorf("the command line is not understood: %v", "コマンドラインを解釈できません: %v", err)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// NoEmptyValues refuses flags that were given an empty text: it is an unset variable
// of a script more often than meant, and must not turn off what the flag demands.
func NoEmptyValues(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.String() == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			empty = slices.Contains(list.GetSlice(), "")
		}
		if empty && err == nil {
			err = lang.WithHint(lang.Errorf("flag --%s is empty", "オプション--%sの値が空です", f.Name),
				"give it a value, or leave it out", "値を指定するか、オプションを外してください")
		}
	})
	return err
}

// Once refuses flags of c that are given twice, where the first would be dropped
// without a word though it names what is to be dealt with.
func Once(c *cobra.Command, names ...string) {
	for _, name := range names {
		f := c.Flags().Lookup(name)
		f.Value = &once{Value: f.Value}
	}
}

var errTwice = errors.New("given twice")

type once struct {
	pflag.Value
	given bool
}

func (o *once) Set(value string) error {
	if o.given {
		return errTwice
	}
	o.given = true
	return o.Value.Set(value)
}

// NoArguments refuses operands.
func NoArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return lang.Errorf("unexpected argument %q", "余分な引数%qがあります", args[0])
	}
	return nil
}

// Arguments demands between least and most operands; most < 0 is any number.
func Arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return lang.Errorf("an argument is missing: %s", "引数が足りません: %s", c.UseLine())
		case most >= 0 && len(args) > most:
			return lang.Errorf("unexpected argument %q", "余分な引数%qがあります", args[most])
		}
		return nil
	}
}
