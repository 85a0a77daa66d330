using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Composition;

namespace OpsRestart.Session;

/// <summary>The connections of one runspace: made at the first need, closed with the module or the runspace.</summary>
public sealed class RunspaceSession : IModuleAssemblyCleanup
{
    private static readonly ConditionalWeakTable<Runspace, OpsSession> Sessions = [];

    /// <summary>Of the calling thread's runspace; so on the pipeline thread only.</summary>
    internal static OpsSession Current =>
        Sessions.GetValue(
            Runspace.DefaultRunspace,
            static runspace =>
            {
                runspace.StateChanged += static (sender, e) =>
                {
                    if (e.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
                    {
                        Close((Runspace)sender!);
                    }
                };
                return new OpsSession();
            }
        );

    /// <summary>Called by PowerShell when the module is removed from a runspace.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => Close(Runspace.DefaultRunspace);

    private static void Close(Runspace? runspace)
    {
        if (runspace is not null && Sessions.TryGetValue(runspace, out var session))
        {
            Sessions.Remove(runspace);
            _ = session.DisposeAsync().AsTask();
        }
    }
}
