"""The promises of the made-up county's villages, and what its offices write about them. No village is meant by any."""

# (dimension, text, standard, unit, least, most, is_major): what a village may promise for a year.
COMMITMENTS = (
    ("party_building", "三会一课按期召开", "支部党员大会每季度一次，支委会每月一次，有记录有照片", "次", 12, 16, False),
    ("party_building", "培养入党积极分子", "列入支部发展计划，明确联系人，半年考察一次", "名", 1, 3, False),
    ("party_building", "培训党员和后备干部", "每人全年不少于三天，有签到有课件", "人次", 30, 60, False),
    ("party_building", "党务村务财务按季公开", "每季度首月 10 日前上公开栏，监委会签字", "次", 4, 4, False),
    ("economy", "新建和管护茶园", "苗木成活率 90% 以上，由农技员验收", "亩", 40, 180, True),
    ("economy", "发展辣椒订单种植", "与收购企业签订合同，面积以合同为准", "亩", 60, 300, True),
    ("economy", "增加村集体经营收入", "以镇经管站审计数为准，不含上级补助", "万元", 8, 32, True),
    ("economy", "维修通组路", "路面平整，边沟畅通，以交工验收单为准", "公里", 1, 5, True),
    ("economy", "组织劳动力技能培训", "结业后有证书，名单公示", "人", 20, 60, False),
    ("civic_culture", "评选清洁户", "每季度由村民小组评议一次，挂牌公示", "户", 20, 60, False),
    ("civic_culture", "新建和修缮文化活动场地", "有灯光有围栏，交付村民小组管护", "处", 1, 3, False),
    ("civic_culture", "开展移风易俗宣讲", "每个村民小组至少一次，有照片有记录", "场", 6, 14, False),
    ("public_order", "排查化解矛盾纠纷", "受理后 7 日内调处，化解率以台账为准", "件", 10, 30, False),
    ("public_order", "安装路灯和监控", "通电验收，落实管护人", "盏", 20, 80, True),
    ("public_order", "森林防火和防汛演练", "村组干部和护林员全部参加，有预案有小结", "次", 2, 4, False),
)
# What a town hands down, with the paper that it rests on.
IMPOSED = ("public_order", "完成秸秆禁烧巡查", "重点时段每日一巡，有巡查记录", "次", 60, 60,
           "《中华人民共和国大气污染防治法》第七十七条、县政府禁烧区划定通告")
# What a village writes when it has not thought it through: the help points at it.
VAGUE = ("civic_culture", "进一步加强精神文明建设")
TERM = (
    ("party_building", "建成标准化规范化党支部", "个", 1), ("economy", "村集体经营收入达到", "万元", 80),
    ("economy", "主导产业种植面积达到", "亩", 900), ("civic_culture", "清洁户占比达到", "%", 80),
    ("public_order", "矛盾纠纷就地化解率达到", "%", 95),
)
TERM_STANDARD = "任期届满时，以镇考核办实地验收为准"
POSTS = ("支书", "主任", "副支书", "会计", "妇女主任", "监委会主任")
RESPONSIBLE = ("杨正华", "罗光明", "田桂芳", "王世雄", "李秀英", "赵永强", "冉启航", "何登云")
MINUTES = (
    "会议由村党支部书记主持。逐项宣读承诺事项和措施，代表提问后以举手方式表决。",
    "先由驻村工作队说明措施的依据，再分组讨论，集中表决。监委会全程监督。",
)
BRANCH_OPINIONS = ("措施与本村实际相符，责任到人。", "同意，建议秋收前完成种植任务。")
TEAM_OPINIONS = ("已逐户核对用地和劳力，可以完成。", "同意，工作队负责联系农技员。")
RETURNS = ("“增加收入”一项没有说明来源，请补充措施后重新表决。", "目标低于去年实际完成数，请调整。")
REVISIONS = ("茶园面积因灌溉管网推迟，调整季度分解。", "原承诺目标偏低，按七月镇党委意见提高。")
CEREMONY_PLACES = ("镇会议中心", "村文化广场", "镇政府三楼会议室")
COMPLETIONS = ("已全部完成，资料放在村委会档案柜。", "提前完成，请镇里来验收。")
FINDINGS_MET = ("现场查看并核对台账，数量与承诺一致。", "抽查五户，均属实。")
FINDINGS_PARTLY = ("实测数量不足，其余已备料，未开工。", "有两处没有落实管护人。")
FINDINGS_NOT_MET = ("现场没有施工痕迹，台账是补写的。", "到期未完成，村里没有报延期。")
DEED_NOTES = ("已办完，照片在台账里。", "村民投工投劳完成。")
ASSESSORS = (
    ("陈正权", "director", "镇党委副书记"), ("吴晓燕", "deputy", "镇组织委员"), ("周国平", "deputy", "分管农业副镇长"),
    ("刘丽萍", "member", "财政所"), ("彭志强", "member", "经管审计站"), ("石文杰", "member", "农业服务中心"),
)
HAND_NOTICES = (
    ("公开栏内容陈旧", "查看公开栏，最近一次财务公开停留在上一季度。", "按季公开，补齐缺漏，由监委会签字。"),
    ("饮水池管护不到位", "饮水池围栏破损，水质检测记录缺两个月。", "修复围栏，补做检测，明确管护人并上墙。"),
    ("危桥警示缺失", "村口便桥一侧护栏缺失，没有警示牌。", "立即设置警示，报镇里列入维修计划。"),
)
BASIS = "《目标承诺责任书》考核办法关于限期整改的规定"
NOTICE_REPORTS = ("已整改，照片附后，请复验。", "缺漏已补齐，监委会已签字。")
RETURNED = "整改照片看不出位置，请补拍并说明管护人。"
PASSED = "现场复验，问题已整改到位。"
FAILED = "复验时仍有一处未整改。"
EXTENSIONS = ("连日下雨无法施工，申请延期。", "材料运输受阻，申请延期一周。")
CHECK_TITLES = ("三季度承诺事项暗访", "村务公开专项抽查")
CHECK_FINDINGS = (
    (False, "公开栏内容完整，监委会签字齐全。"), (True, "台账日期倒签，三次会议是同一天补的记录。"),
    (True, "路灯有七盏不亮，没有报修记录。"), (False, "随机走访三户，都知道今年的承诺。"),
)
CHECK_FOCUS = "公开栏、会议记录和承诺事项台账"
MARK_NOTE = "查看记录和现场，按方案逐项打分。"
APPEAL = "通组路在六月底已经交工，验收单附在台账里，请复核这一项。"
APPEAL_ANSWER = "已复核验收单，交工日期在半年之后，维持原来的分数。"
# A number that no network gives to a person of this county, as people put it into a notice all the same.
CONTACT = "有异议请联系会计 139 8500 0000。"
# (class, title, text): what villages disclose.
DISCLOSURES = (
    ("finance", "{quarter}财务收支", "由镇经管站审核，监委会签字。"),
    ("decision", "通组路维修项目决议", "经四议两公开，由村民投工，材料费由村集体承担。"),
    ("benefit", "耕地地力保护补贴发放", "按二轮承包面积发放，直接打到农户社保卡，对金额有疑问可到村委会查询。"),
    ("benefit", "临时救助对象公示", "经民主评议，共三户，公示期七天。"),
)
# (direction, text, least, most, is_other) in yuan.
FINANCE = (
    ("income", "集体茶园承包费", 8_000, 26_000, False), ("income", "光伏电站收益", 3_000, 9_000, False),
    ("expense", "通组路维修材料", 4_000, 12_000, False), ("expense", "保洁员工资", 3_600, 5_400, False),
    ("expense", "会议和办公用品", 400, 1_500, False), ("expense", "其他支出", 200, 900, True),
)
