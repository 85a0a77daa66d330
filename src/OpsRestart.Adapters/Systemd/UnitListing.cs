namespace OpsRestart.Adapters.Systemd;

/// <summary>One line of ListUnits: what systemd tells of a unit without being asked for properties.</summary>
internal sealed record UnitListing(string Id, string Description, string LoadState, string ActiveState, string SubState)
{
    /// <summary>Set for units that are not loaded and known by their unit file only.</summary>
    public string? UnitFileState { get; init; }

    /// <summary>Asked for by its name, not found by a pattern.</summary>
    public bool IsNamed { get; init; }

    public bool IsActive => ActiveState is not ("inactive" or "failed" or "");

    /// <summary>From <c>(ssssssouso)</c>: id, description, load, active and sub state, followed unit, path, job.</summary>
    public static UnitListing Read(object?[] fields) => new((string)fields[0]!, (string)fields[1]!, (string)fields[2]!, (string)fields[3]!, (string)fields[4]!);
}
