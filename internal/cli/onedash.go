package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// OneDash turns openssl's spelling of options, -crl_check_all, into pflag's,
// --crl_check_all; with AnyWordBreak both find the flag crl-check-all. What
// follows "--" is left alone.
func OneDash(args []string) []string {
	out := make([]string, 0, len(args))
	for i, arg := range args {
		if arg == "--" {
			return append(out, args[i:]...)
		}
		if len(arg) > 2 && arg[0] == '-' && isLetter(arg[1]) && arg[2] != '=' {
			arg = "-" + arg
		}
		out = append(out, arg)
	}
	return out
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// AnyWordBreak lets flags of c be written with underscores for hyphens, and by
// openssl's names, which aliases maps to c's.
func AnyWordBreak(c *cobra.Command, aliases map[string]string) {
	c.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		name = strings.ReplaceAll(name, "_", "-")
		if own, ok := aliases[name]; ok {
			name = own
		}
		return pflag.NormalizedName(name)
	})
}
