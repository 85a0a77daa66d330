using Microsoft.Win32.SafeHandles;

namespace OpsRestart.Adapters.Systemd.Native;

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
