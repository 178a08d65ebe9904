//go:build unix

package durable

import (
	"golang.org/x/sys/unix"

	"github.com/jsign-jp/jsign/internal/lang"
)

// diskFaults are of the disk, whatever file meets them.
func diskFaults() []error { return []error{unix.ENOSPC, unix.EDQUOT, unix.EROFS, unix.EIO} }

type messageMaker = func(name, folder string) lang.Message

// systemProblems are the causes that io/fs has no name for.
func systemProblems(named, ofFolder func(en, ja string) messageMaker) []known {
	space := choose("free some space, or choose another disk with %s", "空き容量を増やすか、%sで別のディスクを指定してください")
	elsewhere := choose("choose another folder with %s", "%sで別のフォルダーを指定してください")
	return []known{
		{unix.ENOSPC, named("no space is left to write %s", "%sを書き込む空き容量がありません"), space},
		{unix.EDQUOT, named("the disk quota is exceeded by %s", "%sの書き込みがディスクの割り当てを超えています"), space},
		{unix.EFBIG, named("%s would be larger than allowed", "%sが許可されたファイルサイズを超えています"), space},
		{unix.EROFS, ofFolder("the folder %s is read-only", "フォルダー%sは読み取り専用です"), elsewhere},
		{unix.ENAMETOOLONG, named("the name %s is too long", "名前%sが長すぎます"), choose("choose a shorter name with %s", "%sで短い名前を指定してください")},
		{unix.ENOTDIR, ofFolder("%s is not a folder", "%sはフォルダーではありません"), elsewhere},
		{unix.EPIPE, named("the reader of %s has gone", "%sの読み手が終了しました"), nil},
	}
}
