using OpsRestart.Core.Text;

namespace OpsRestart.Commands;

/// <summary>A name as it was given, and the managers that may have it.</summary>
internal sealed record WantedService(string Name, IReadOnlyList<ManagerTarget> Targets)
{
    /// <summary>A manager that can't be asked for it is none: it is looked for elsewhere too.</summary>
    public bool MayBeAbsent { get; init; }

    /// <summary>Several services may be meant by it.</summary>
    public bool IsPattern => NameMatch.IsPattern(Name);

    /// <summary>Whether a single name is meant by it, or is one of its set.</summary>
    public bool IsFor(string name) => NameMatch.Expand([Name]).Contains(name, StringComparer.Ordinal);
}
