using System.Net;

namespace OpsRestart.Adapters.Probes;

/// <summary>Looks a name up as every program of this host does: /etc/hosts, then DNS, as nsswitch.conf says.</summary>
internal sealed class NameProbe : ProbeBase
{
    private readonly string _name;

    /// <summary>Each has to be among the answers.</summary>
    private readonly IReadOnlyList<string> _addresses;

    public NameProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _name = settings.Target.Length == 0 ? Dns.GetHostName() : settings.Target;
        _addresses = settings.List("addresses");
        foreach (var wrong in _addresses.Where(static a => !IPAddress.TryParse(a, out _)))
        {
            settings.Fail("addresses", $"hold '{wrong}', which is no address", "Write 10.0.0.7 or fd00::7.");
        }
    }

    protected override string Peer => $"The name {_name}";

    protected override string ShownTarget => _name;

    protected override string NextStep => "Check /etc/hosts, /etc/resolv.conf and the name server.";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var found = await Dns.GetHostAddressesAsync(_name, cancellationToken).ConfigureAwait(false);
        var missing = _addresses.Where(a => !found.Contains(IPAddress.Parse(a))).ToList();
        var answer = $"{Peer} is {string.Join(", ", found.Select(static a => a.ToString()))}";
        return found.Length == 0 ? ProbeVerdict.Unhealthy(WireFailure.NameNotFound, $"{Peer} has no address. {NextStep}")
            : missing.Count > 0 ? ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{answer}, not {string.Join(", ", missing)}. {NextStep}")
            : ProbeVerdict.Healthy(ProbeReason.Ok, $"{answer}.");
    }
}
