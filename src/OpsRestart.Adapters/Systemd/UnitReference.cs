namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// Keeps systemd from forgetting a unit while it is looked at. systemd gives the reference up by itself when the connection ends; where it
/// refuses one, nothing is lost but the look.
/// </summary>
internal sealed class UnitReference : IDisposable
{
    private readonly SystemdLink _link;
    private readonly string _id;

    public UnitReference(SystemdLink link, string id)
    {
        _link = link;
        _id = id;
        link.Bus.Send(SystemdLink.ManagerCall("RefUnit", id), _ => { });
    }

    public void Dispose() => _link.Bus.Send(SystemdLink.ManagerCall("UnrefUnit", _id), _ => { });
}
