using System.Management.Automation;
using OpsRestart.Hosting;

namespace OpsRestart.Views;

/// <summary>Makes the drawn views known when the module is imported.</summary>
public sealed class ViewRegistration : IModuleAssemblyInitializer
{
    public void OnImport() => ModuleViews.Register(static (item, width) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        ServiceGraphRun run => RunView.Draw(run, width),
        ServiceGraphPlan plan => PlanView.Draw(plan, width),
        _ => item.ToString() ?? "",
    });
}
