package durable

import (
	"golang.org/x/sys/windows"

	"github.com/jsign-jp/jsign/internal/lang"
)

// diskFaults are of the disk, whatever file meets them.
func diskFaults() []error {
	return []error{windows.ERROR_DISK_FULL, windows.ERROR_WRITE_PROTECT, windows.ERROR_IO_DEVICE}
}

type messageMaker = func(name, folder string) lang.Message

// systemProblems are the causes that io/fs has no name for.
func systemProblems(named, ofFolder func(en, ja string) messageMaker) []known {
	space := choose("free some space, or choose another disk with %s", "空き容量を増やすか、%sで別のディスクを指定してください")
	return []known{
		{windows.ERROR_DISK_FULL, named("no space is left to write %s", "%sを書き込む空き容量がありません"), space},
		{windows.ERROR_WRITE_PROTECT, ofFolder("the folder %s is read-only", "フォルダー%sは読み取り専用です"),
			choose("choose another folder with %s", "%sで別のフォルダーを指定してください")},
		{windows.ERROR_SHARING_VIOLATION, named("%s is open in another program", "%sは別のプログラムで開かれています"),
			advice("close it there and try again", "そのプログラムで閉じてから、もう一度実行してください")},
	}
}
