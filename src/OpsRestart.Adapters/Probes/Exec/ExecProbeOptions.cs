namespace OpsRestart.Adapters.Probes.Exec;

/// <summary>Settings of an exec probe: a check of monitoring-plugins (Nagios), or any command. Target: the program; no shell is involved.</summary>
internal sealed record ExecProbeOptions : ProbeOptions
{
    public required string Command { get; init; }

    /// <summary><c>arguments</c>, as they are. Secrets do not belong there, since every user of the host sees them.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary><c>environment</c>: variables; the place for secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>workingDirectory</c>; default: where opsrestart runs.</summary>
    public string? WorkingDirectory { get; init; }

    public static ExecProbeOptions Read(ProbeSettings settings)
    {
        var arguments = settings.RawList("arguments");
        if (arguments.Any(static a => a.Contains("${env:", StringComparison.Ordinal) || a.Contains("${file:", StringComparison.Ordinal)))
        {
            settings.Fail("arguments", "hold a secret, which every user of this host could read", "Give it by environment: { NAME: \"${env:NAME}\" }, or let the command read a file.");
        }

        if (settings.Target.Length == 0)
        {
            settings.FailTarget("is empty", "Write the path of a program.");
        }

        return new ExecProbeOptions { Command = settings.Target, Arguments = arguments, Environment = settings.Map("environment"), WorkingDirectory = settings.Text("workingDirectory") };
    }
}
