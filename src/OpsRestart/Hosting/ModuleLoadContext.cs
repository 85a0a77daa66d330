using System.Reflection;
using System.Runtime.Loader;

namespace OpsRestart.Hosting;

/// <summary>
/// The private context of everything that the module brings along. Never unloads: PowerShell keeps the cmdlet types for good.
/// </summary>
internal sealed class ModuleLoadContext(string folder) : AssemblyLoadContext("OpsRestart")
{
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Join(folder, assemblyName.Name + ".dll");
        return LoadRule.Decide(assemblyName.Name, File.Exists(path)) == LoadDecision.Private ? LoadFromAssemblyPath(path) : null;
    }
}
