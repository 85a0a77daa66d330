using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>The journal of this machine, with a place in it. For one thread.</summary>
internal sealed unsafe class JournalFile : IDisposable
{
    private readonly JournalHandle _journal;

    private JournalFile(JournalHandle journal) => _journal = journal;

    /// <exception cref="SystemdException">ManagerUnavailable.</exception>
    public static JournalFile Open()
    {
        if (!LibSystemd.IsAvailable)
        {
            throw new SystemdException(
                OpsError.ManagerUnavailable,
                $"The journal can't be read: {LibSystemd.Name} is not on this machine.",
                advice: "OpsRestart needs a Linux with systemd."
            );
        }

        Check(SdJournal.Open(out var journal, SdJournal.LocalOnly), "opened");
        return new JournalFile(new JournalHandle(journal));
    }

    /// <summary>Adds one condition: those on one field are alternatives, those on several fields must all hold.</summary>
    public void Match(string field, string value) => Check(SdJournal.AddMatch(_journal, $"{field}={value}", 0), "searched");

    /// <summary>What was matched so far, or what follows.</summary>
    public void Or() => Check(SdJournal.AddDisjunction(_journal), "searched");

    public void SeekHead() => Check(SdJournal.SeekHead(_journal), "searched");

    public void SeekTime(DateTime utc) =>
        Check(SdJournal.SeekRealtime(_journal, (ulong)Math.Max(0, (utc - DateTime.UnixEpoch).TotalMicroseconds)), "searched");

    /// <summary>
    /// Before the last <paramref name="count"/> matching entries, so that the next one read is the first of them; after all when it is 0.
    /// </summary>
    public void SeekLast(int count)
    {
        // Without a step back, next would not move from the tail; and it needs one more step to have an entry before those wanted.
        Check(SdJournal.SeekTail(_journal), "searched");
        var went = Check(SdJournal.PreviousSkip(_journal, (ulong)count + 1), "searched");
        if (went <= count)
        {
            SeekHead();
        }
    }

    /// <summary>Before the first entry that came after the cursor's.</summary>
    /// <returns>True when the entry that the journal now stands on is to be read before the next one.</returns>
    public bool SeekAfter(string cursor)
    {
        var result = SdJournal.SeekCursor(_journal, cursor);
        if (result < 0)
        {
            throw new SystemdException(
                OpsError.InvalidArgument,
                $"'{cursor}' is not a cursor of the journal.",
                target: cursor,
                advice: "Take cursors from log entries."
            );
        }

        return MoveNext() && SdJournal.TestCursor(_journal, cursor) <= 0;
    }

    public bool MoveNext() => Check(SdJournal.Next(_journal), "read") > 0;

    /// <summary>The cursor of the last entry; null when there is none.</summary>
    public string? LastCursor()
    {
        Check(SdJournal.SeekTail(_journal), "searched");
        return Check(SdJournal.PreviousSkip(_journal, 1), "searched") > 0 ? Cursor() : null;
    }

    public string Cursor()
    {
        Check(SdJournal.GetCursor(_journal, out var cursor), "read");
        var text = Marshal.PtrToStringUTF8(cursor)!;
        NativeMemory.Free((void*)cursor);
        return text;
    }

    public DateTime Time()
    {
        Check(SdJournal.GetRealtime(_journal, out var microseconds), "read");
        return DateTime.UnixEpoch.AddMicroseconds(microseconds);
    }

    /// <summary>A field of the present entry; null when it has none of that name.</summary>
    public string? Field(string name) =>
        SdJournal.GetData(_journal, name, out var data, out var length) < 0 ? null : Value(name, data, length);

    /// <summary>All values that a field has anywhere in the journal.</summary>
    public IReadOnlyList<string> Values(string field)
    {
        Check(SdJournal.QueryUnique(_journal, field), "searched");
        var values = new List<string>();
        while (SdJournal.EnumerateUnique(_journal, out var data, out var length) > 0)
        {
            values.Add(Value(field, data, length));
        }

        return values;
    }

    /// <summary>Has the journal watch its files; call it before looking for the end, or an entry in between wakes nobody.</summary>
    public void StartWatching() => Check(SdJournal.GetFd(_journal), "watched");

    /// <summary>Waits for a change or a wake.</summary>
    public void Wait(WakeFd wake)
    {
        Check(SdJournal.GetTimeout(_journal, out var until), "watched");
        wake.Poll(SdJournal.GetFd(_journal), (short)SdJournal.GetEvents(_journal), LibC.PollTimeout(until));
        Check(SdJournal.Process(_journal), "watched");
    }

    public void Dispose() => _journal.Dispose();

    private static string Value(string field, byte* data, nuint length) =>
        Encoding.UTF8.GetString(data + field.Length + 1, (int)length - field.Length - 1);

    private static int Check(int result, string what) =>
        result >= 0
            ? result
            : throw new SystemdException(
                -result == Errno.NoAccess ? OpsError.AccessDenied : OpsError.ProtocolError,
                $"The journal could not be {what}: {Errno.Describe(-result)}.",
                advice: "See journalctl --verify; reading other users' messages needs root or the group systemd-journal."
            );
}

/// <summary>An sd_journal.</summary>
internal sealed class JournalHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public JournalHandle(nint journal)
        : base(ownsHandle: true) => SetHandle(journal);

    protected override bool ReleaseHandle()
    {
        SdJournal.Close(handle);
        return true;
    }
}
