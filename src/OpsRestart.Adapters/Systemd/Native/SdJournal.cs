using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>sd-journal(3). A journal belongs to one thread at a time. All return a negative errno on failure.</summary>
internal static unsafe partial class SdJournal
{
    /// <summary>Files of this machine only.</summary>
    public const int LocalOnly = 1;

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_open")]
    public static partial int Open(out nint journal, int flags);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_close")]
    public static partial void Close(nint journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_add_match", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddMatch(JournalHandle journal, string match, nuint size);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_add_disjunction")]
    public static partial int AddDisjunction(JournalHandle journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_seek_head")]
    public static partial int SeekHead(JournalHandle journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_seek_tail")]
    public static partial int SeekTail(JournalHandle journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_seek_realtime_usec")]
    public static partial int SeekRealtime(JournalHandle journal, ulong microseconds);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_seek_cursor", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SeekCursor(JournalHandle journal, string cursor);

    /// <summary>Positive when the present entry is the cursor's.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_test_cursor", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TestCursor(JournalHandle journal, string cursor);

    /// <summary>1: moved on; 0: there is no further entry.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_next")]
    public static partial int Next(JournalHandle journal);

    /// <summary>How many entries it went back, at most what was asked for.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_previous_skip")]
    public static partial int PreviousSkip(JournalHandle journal, ulong count);

    /// <summary>The string is the caller's to free.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_cursor")]
    public static partial int GetCursor(JournalHandle journal, out nint cursor);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_realtime_usec")]
    public static partial int GetRealtime(JournalHandle journal, out ulong microseconds);

    /// <summary>Gives <c>FIELD=value</c>, valid until the next call on this journal.</summary>
    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_data", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetData(JournalHandle journal, string field, out byte* data, out nuint length);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_query_unique", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryUnique(JournalHandle journal, string field);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_enumerate_unique")]
    public static partial int EnumerateUnique(JournalHandle journal, out byte* data, out nuint length);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_fd")]
    public static partial int GetFd(JournalHandle journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_events")]
    public static partial int GetEvents(JournalHandle journal);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_get_timeout")]
    public static partial int GetTimeout(JournalHandle journal, out ulong microseconds);

    [LibraryImport(LibSystemd.Name, EntryPoint = "sd_journal_process")]
    public static partial int Process(JournalHandle journal);
}
