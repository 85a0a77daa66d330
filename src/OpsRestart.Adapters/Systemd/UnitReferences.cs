namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// Keeps systemd from forgetting resting units between the calls of one read: without it each call loads the unit's files again, which is
/// most of the time of the read. Only for root: for others systemd would ask polkit about each.
/// </summary>
internal sealed class UnitReferences(SystemdLink link, IReadOnlyList<string> ids) : IDisposable
{
    private readonly UnitReference[] _held = Environment.IsPrivilegedProcess ? [.. ids.Select(id => new UnitReference(link, id))] : [];

    public void Dispose() => Array.ForEach(_held, static reference => reference.Dispose());
}
