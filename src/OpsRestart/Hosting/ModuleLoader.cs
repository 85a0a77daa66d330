using System.Reflection;

namespace OpsRestart.Hosting;

/// <summary>Where the module's bootstrap enters. Once in a process, whatever the number of imports and runspaces.</summary>
public static class ModuleLoader
{
    private static readonly Lock Gate = new();
    private static Assembly? _module;

    /// <summary>The assembly of the cmdlets, loaded into the private context at the first call.</summary>
    public static Assembly Load()
    {
        lock (Gate)
        {
            return _module ??= LoadFrom(Path.GetDirectoryName(typeof(ModuleLoader).Assembly.Location)!);
        }
    }

    private static Assembly LoadFrom(string folder) =>
        new ModuleLoadContext(folder).LoadFromAssemblyPath(Path.Join(folder, "OpsRestart.Module.dll"));
}
