FIGURES=[]
TABLES=["results/%s/%s"%(RUN,t) for t in ("summary.csv","summary_by_condition.csv","noise/moments.csv","calibration/model.json")]
