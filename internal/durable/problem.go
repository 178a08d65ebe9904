package durable

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrSameFile is found in the error of an output that is one of the inputs.
var ErrSameFile = errors.New("durable: the output is an input")

// ErrUnsynced is found in the error of an output that has its name, and may lose it
// with the power. Another sync that succeeds proves nothing: the system may have
// dropped what it could not write.
var ErrUnsynced = errors.New("durable: the folder could not be synced")

var (
	errNoName       = errors.New("durable: no file name")
	errIsFolder     = errors.New("durable: a folder")
	errChanged      = errors.New("durable: the target changed its kind")
	errTooManyLinks = errors.New("durable: too many symbolic links")
)

// problem is an error for people about one output.
type problem struct {
	message lang.Message
	hint    hint
	options Options // of the output
	err     error
}

// hint tells what to do on the command line of an output with Options.
type hint func(Options) lang.Message

func (p *problem) Error() string         { return p.message.In(lang.English) }
func (p *problem) Unwrap() error         { return p.err }
func (p *problem) Message() lang.Message { return p.message }

func (p *problem) Hint() lang.Message {
	if p.hint == nil {
		return lang.Message{}
	}
	return p.hint(p.options)
}

// hinted lets the hint of an error of an output speak of its command line.
func (o Options) hinted(err error) error {
	var p *problem
	if errors.As(err, &p) {
		p.options = o
	}
	return err
}

// advice is a hint that needs no flag, choose one that does.
func advice(en, ja string, args ...any) hint {
	return func(Options) lang.Message { return lang.M(en, ja, args...) }
}

func choose(en, ja string) hint {
	return func(o Options) lang.Message { return lang.M(en, ja, cmp.Or(o.Flag, "-o")) }
}

// force is a hint for commands that have --force, and one for those that have not.
func force(with, without hint) hint {
	return func(o Options) lang.Message {
		if o.NoForce {
			return without(o)
		}
		return with(o)
	}
}

// problemOf explains err, which happened to the output shown. What was explained
// before stays, and so does the end of a context.
func problemOf(err error, shown string) error {
	var p *problem
	if errors.As(err, &p) || errors.Is(err, errAborted) || errors.Is(err, errCommitted) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, known := range knownProblems() {
		if errors.Is(err, known.err) {
			return &problem{message: known.message(lang.Display(shown), lang.Display(folderOf(shown))), hint: known.hint, err: err}
		}
	}
	return &problem{message: lang.M("cannot write %s: %v", "%sに書き込めません: %v", lang.Display(shown), reason(err)), err: err}
}

// unsynced is the one failure that leaves the output in place.
func unsynced(err error, shown string) error {
	return &problem{
		message: lang.M("%s is written, but whether it would survive a power failure is not known: %v",
			"%sは書き込まれましたが、停電時に残るかどうかは確認できません: %v", lang.Display(shown), reason(err)),
		hint: force(advice("check the disk, then write the output again with --force", "ディスクを確認し、--forceを付けてもう一度出力してください"),
			advice("check the disk, then write the output again", "ディスクを確認し、もう一度出力してください")),
		err: errors.Join(ErrUnsynced, err),
	}
}

// leftover adds to err that the hidden file could not be removed.
func leftover(err error, temporary string) error {
	return &problem{
		message: lang.M("%v; the temporary file could not be removed", "%v。一時ファイルを削除できませんでした", err),
		hint:    advice("remove %s by hand", "%sを手動で削除してください", lang.Display(temporary)),
		err:     err,
	}
}

// known is a cause that a person can do something about.
type known struct {
	err     error
	message func(name, folder string) lang.Message
	hint    hint
}

func knownProblems() []known {
	otherName := choose("choose another name with %s", "%sで別の名前を指定してください")
	named := func(en, ja string) func(name, folder string) lang.Message {
		return func(name, _ string) lang.Message { return lang.M(en, ja, name) }
	}
	ofFolder := func(en, ja string) func(name, folder string) lang.Message {
		return func(_, folder string) lang.Message { return lang.M(en, ja, folder) }
	}
	list := []known{
		{ErrSameFile, named("the output %s is the input itself", "出力先%sは入力ファイルそのものです"), otherName},
		{errNoName, named("%s is not a file name", "%sはファイル名ではありません"), otherName},
		{errIsFolder, named("%s is a folder", "%sはフォルダーです"), otherName},
		{errChanged, named("%s was changed by another program meanwhile", "%sは処理中に別のプログラムによって変更されました"), otherName},
		{errTooManyLinks, named("%s leads through too many symbolic links", "%sのシンボリックリンクが多すぎます"), otherName},
		{fs.ErrExist, named("%s exists already", "%sはすでに存在します"),
			force(choose("use --force to replace it, or choose another name with %s", "--forceで上書きするか、%sで別の名前を指定してください"), otherName)},
		{fs.ErrNotExist, ofFolder("the folder %s does not exist", "フォルダー%sがありません"),
			advice("create the folder first", "先にフォルダーを作成してください")},
		{fs.ErrPermission, named("no permission to write %s", "%sに書き込む権限がありません"),
			choose("choose a folder that you may write to with %s", "%sで書き込み可能なフォルダーを指定してください")},
	}
	return append(list, systemProblems(named, ofFolder)...)
}

// IsDiskFault tells errors that the next output on the same disk would meet too:
// it is full, read-only or broken.
func IsDiskFault(err error) bool {
	for _, fault := range diskFaults() {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}

// reason leaves out what the message says already: operation and path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func folderOf(path string) string { return filepath.Dir(path) }
