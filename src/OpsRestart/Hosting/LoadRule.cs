namespace OpsRestart.Hosting;

/// <summary>Decides which assemblies the module keeps to itself.</summary>
public static class LoadRule
{
    private static readonly HashSet<string> AlwaysShared = new(StringComparer.OrdinalIgnoreCase)
    {
        // Its types are what the user holds in a variable: they have to be the same in every runspace and context.
        "OpsRestart",
        // A second copy of PowerShell has no cmdlets in common with the first one.
        "System.Management.Automation",
    };

    /// <summary>
    /// Private is whatever lies beside the module and is not shared by nature, so that neither its version nor its types can clash with
    /// those of PowerShell or of another module.
    /// </summary>
    /// <param name="assemblyName">The simple name; null for an assembly without one.</param>
    /// <param name="liesBesideModule">Whether <c>NAME.dll</c> is in the module's folder.</param>
    public static LoadDecision Decide(string? assemblyName, bool liesBesideModule) =>
        liesBesideModule && assemblyName is not null && !AlwaysShared.Contains(assemblyName) ? LoadDecision.Private : LoadDecision.Shared;
}
